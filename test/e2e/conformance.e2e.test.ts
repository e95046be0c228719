/** Every operation of the OpenAPI document, called with what the document allows and with what it does not. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Case, casesOf } from "../support/conformance.ts";
import { type Call, callsOf, readDocument, type Reply, Validator } from "../support/openapi.ts";
import { type Service, startService } from "../support/service.ts";
import { World } from "../support/world.ts";

/** Operations that nothing here makes succeed, each with its reason. */
const WITHOUT_SUCCESS: Readonly<Record<string, string>> = {
  startSignIn: "leads to an identity provider: see sign-in.test.ts",
  getQuarantinedRow:
    "nothing that is sent makes a row that Postgres refuses: see test/api/integrations/quarantine.worker.test.ts",
  discardQuarantinedRow: "the same",
  getDeadLetter: "nothing here waits for 24 hours: see test/api/subscriptions/dead-letters.worker.test.ts",
  discardDeadLetter: "the same",
  finishSignIn: "comes from an identity provider: see sign-in.test.ts",
};

const document = readDocument();
const validator = new Validator(document);
const calls = callsOf(document);

let service: Service;
let world: World;
beforeAll(async () => {
  service = await startService();
  world = new World(service, document, validator, calls);
  await world.settle();
});
afterAll(async () => {
  await service.stop();
  rmSync(service.stateDirectory, { recursive: true });
});

/** What is wrong with an answer to a case. */
function faultsOf(call: Call, given: Case, reply: Reply): string[] {
  const faults = validator.faults(call, reply);
  if (reply.status >= 500) faults.push(`status ${reply.status}`);
  if (given.kind === "bad" && reply.status < 400) faults.push(`status ${reply.status} for what the document forbids`);
  if (given.kind === "anonymous" && reply.status !== 401) faults.push(`status ${reply.status} without a key`);
  return faults.map((fault) => `${given.name}: ${fault} ${reply.status < 400 ? "" : reply.text.slice(0, 300)}`);
}

it("has the document that docs/openapi.json is", async () => {
  expect(await (await fetch(`${service.url}/openapi.json`)).json()).toEqual(document);
});

describe.each(calls)("$id ($method $path)", (call) => {
  it("answers as the document says", async () => {
    const { headers, known } = await world.prepare(call);
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    for (const given of casesOf(document, validator, call, known)) {
      const reply = await world.request(call, given, headers);
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      faults.push(...faultsOf(call, given, reply));
    }
    console.log(call.id, ...[...statuses].toSorted(([a], [b]) => a - b).map(([status, times]) => `${status}×${times}`));
    expect(faults).toEqual([]);
    const hasSuccess = [...statuses.keys()].some((status) => status < 400);
    expect(hasSuccess, "an answer of success").toBe(!(call.id in WITHOUT_SUCCESS));
  });
});
