/** Calls every operation of the OpenAPI document with valid and invalid input, and validates the replies. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Case, casesOf } from "../support/conformance.ts";
import { conformanceClient, type ConformanceClient } from "../support/conformance-client.ts";
import { type Call, callsOf, readDocument, type Reply, Validator } from "../support/openapi.ts";
import { atATime, type Service, startService } from "../support/service.ts";

/** Operations that do not succeed here, each with the test that covers it. */
const WITHOUT_SUCCESS: Readonly<Record<string, string>> = {
  startSignIn: "redirects to an identity provider: sign-in.e2e.test.ts",
  getQuarantinedRow: "no request makes a row that Postgres rejects: test/api/integrations/quarantine.worker.test.ts",
  discardQuarantinedRow: "the same",
  getDeadLetter: "dead letters appear after 24 hours: test/api/subscriptions/dead-letters.worker.test.ts",
  discardDeadLetter: "the same",
  getAttempt: "an attempt needs a message of an endpoint: test/api/subscriptions/attempts.worker.test.ts",
  finishSignIn: "comes from an identity provider: sign-in.e2e.test.ts",
};

const document = readDocument();
const validator = new Validator(document);
const calls = callsOf(document);

let service: Service;
let client: ConformanceClient;
beforeAll(async () => {
  service = await startService();
  client = await conformanceClient(service, document, validator, calls);
});
afterAll(async () => {
  await service.stop();
  rmSync(service.stateDirectory, { recursive: true });
});

/** Problems of a reply to a case. */
function problemsOf(call: Call, given: Case, reply: Reply): string[] {
  const problems = validator.problems(call, reply);
  if (reply.status >= 500) problems.push(`status ${reply.status}`);
  if (given.kind === "bad" && reply.status < 400) problems.push(`status ${reply.status} for invalid input`);
  if (given.kind === "anonymous" && reply.status !== 401) problems.push(`status ${reply.status} without credentials`);
  return problems.map((problem) => `${given.name}: ${problem} ${reply.status < 400 ? "" : reply.text.slice(0, 300)}`);
}

it("GET /openapi.json returns docs/openapi.json", async () => {
  expect(await (await fetch(`${service.url}/openapi.json`)).json()).toEqual(document);
});

describe.each(calls)("$id ($method $path)", (call) => {
  it("replies as the document declares", async () => {
    const { headers, known } = await client.prepare(call);
    const statuses = new Map<number, number>();
    const problems: string[] = [];
    // Calls that only read do not affect each other.
    await atATime(call.method === "GET" ? 4 : 1, casesOf(document, validator, call, known), async (given) => {
      const reply = await client.request(call, given, headers);
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      problems.push(...problemsOf(call, given, reply));
    });
    console.log(call.id, ...[...statuses].toSorted(([a], [b]) => a - b).map(([status, times]) => `${status}×${times}`));
    expect(problems).toEqual([]);
    const hasSuccess = [...statuses.keys()].some((status) => status < 400);
    expect(hasSuccess, "a successful reply").toBe(!(call.id in WITHOUT_SUCCESS));
  });
});
