import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import type { AppEnv } from "../lib/app-env.ts";
import { connect } from "../db/client.ts";
import { Problem } from "../lib/problem.ts";
import { SECOND } from "../lib/time.ts";
import { commonProblems } from "./problems.ts";

const status = { "application/json": { schema: z.object({ status: z.literal("ok") }) } };

const alive = {
  "application/json": {
    schema: z.object({
      status: z.literal("ok"),
      version: z.string().openapi({ description: "The id of the version at Cloudflare that answers." }),
    }),
  },
};

const healthz = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "healthz",
  tags: ["health"],
  summary: "The Worker lives",
  security: [],
  responses: { 200: { description: "It does", content: alive } },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "readyz",
  tags: ["health"],
  summary: "Postgres answers",
  description: "Deliveries are taken all the same when it does not.",
  security: [],
  responses: { 200: { description: "It does", content: status }, 503: commonProblems[503] },
});

/** Anybody may ask: an isolate asks Postgres no more often than this. */
const FRESH_MS = SECOND;

let asked = { at: 0, wasReady: false };

export function registerHealth(app: OpenAPIHono<AppEnv>): void {
  app.openapi(healthz, (c) => c.json({ status: "ok" as const, version: versionOf(c.env) }, 200));
  app.openapi(readyz, async (c) => {
    if (Date.now() - asked.at >= FRESH_MS) {
      asked = { at: Date.now(), wasReady: asked.wasReady };
      asked.wasReady = await isReady(c.env);
    }
    if (!asked.wasReady)
      throw new Problem("unavailable", "Postgres does not answer.", { headers: { "retry-after": "5" } });
    return c.json({ status: "ok" as const }, 200);
  });
}

/** Empty where nothing deployed it, as under bare workerd. */
const versionOf = ({ VERSION }: Partial<Pick<Env, "VERSION">>): string => VERSION?.id ?? "";

const isReady = (env: Env): Promise<boolean> =>
  connect(env, AbortSignal.timeout(5 * SECOND))
    .execute(sql`select 1`)
    .then(
      () => true,
      () => false,
    );
