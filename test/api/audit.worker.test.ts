import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { auditEvents } from "../../src/db/schema.ts";
import { call } from "../support/worker.ts";
import { callerNamed, setUp } from "./authorization-fixtures.ts";
import { RULES } from "./authorization-rules.ts";

beforeAll(setUp);

/** Operations that change nothing, and those whose changes are entries of the alerts' timelines. */
const UNAUDITED = new Set<string>([]);

const countEvents = () => connect(env).$count(auditEvents);

describe("The audit log", () => {
  it.each(Object.entries(RULES).filter(([operation]) => !operation.startsWith("GET ") && !UNAUDITED.has(operation)))(
    "has an event of %s",
    async (operation, rule) => {
      const [method = ""] = operation.split(" ");
      const { path, body } = await rule.request(true);
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
