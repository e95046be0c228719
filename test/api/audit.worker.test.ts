import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { auditEvents } from "../../src/db/schema.ts";
import { api, call } from "../support/worker.ts";
import { callerNamed, setUp } from "./authorization-fixtures.ts";
import { RULES, type TestRequest } from "./authorization-rules.ts";

beforeAll(setUp);

const UNAUDITED = new Set([
  // Their changes are entries of timelines.
  "PATCH /v1/alerts/{id}",
  "POST /v1/alerts/bulk",
  // Change nothing.
  "POST /v1/deliveries/replay/preview",
  "POST /v1/integrations/{id}/dry-run",
  "POST /v1/silences/preview",
  "POST /v1/subscriptions/{id}/dry-run",
  // Has an event of each integration and subscription that it changes.
  "POST /v1/integrations/re-encrypt",
]);

/** Requests that succeed where those of the authorization matrix do not. */
const REQUESTS: Record<string, () => Promise<TestRequest>> = {
  "DELETE /v1/teams/{id}": async () => {
    const { body } = await api<{ id: string }>("POST", "/v1/teams", { name: "without anything" });
    return { path: `/v1/teams/${body.id}` };
  },
};

const countEvents = () => connect(env).$count(auditEvents);

describe("The audit log", () => {
  it.each(Object.entries(RULES).filter(([operation]) => !operation.startsWith("GET ") && !UNAUDITED.has(operation)))(
    "has an event of %s",
    async (operation, rule) => {
      const [method = ""] = operation.split(" ");
      const { path, body } = await (REQUESTS[operation]?.() ?? rule.request(true));
      const before = await countEvents();
      const { headers } = callerNamed("a platform admin");
      const reply = await call(method, path, {
        headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect(reply.status).toBeLessThan(300);
      expect(await countEvents()).toBeGreaterThan(before);
    },
  );
});
