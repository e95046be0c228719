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
      version: z.string().openapi({ description: "Id of the Worker version at Cloudflare; empty outside Cloudflare" }),
    }),
  },
};

const healthz = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "healthz",
  tags: ["health"],
  summary: "Check Liveness",
  security: [],
  responses: { 200: { description: "The Worker responds", content: alive }, 400: commonProblems[400] },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "readyz",
  tags: ["health"],
  summary: "Check Readiness",
  description: "Checks that Postgres responds. Ingest accepts deliveries even while Postgres is down.",
  security: [],
  responses: {
    200: { description: "Postgres responds", content: status },
    400: commonProblems[400],
    503: commonProblems[503],
  },
});

/** Minimum interval between two checks of Postgres by one isolate. The route needs no authentication. */
const FRESH_MS = SECOND;

let checked = { at: 0, isReady: false };

export function registerHealth(app: OpenAPIHono<AppEnv>): void {
  app.openapi(healthz, (c) => c.json({ status: "ok" as const, version: versionOf(c.env) }, 200));
  app.openapi(readyz, async (c) => {
    if (Date.now() - checked.at >= FRESH_MS) {
      checked = { at: Date.now(), isReady: checked.isReady };
      checked.isReady = await isReady(c.env);
    }
    if (!checked.isReady) {
      throw new Problem("unavailable", "Postgres does not respond. Try again in 5 seconds.");
    }
    return c.json({ status: "ok" as const }, 200);
  });
}

const versionOf = ({ VERSION }: Partial<Pick<Env, "VERSION">>): string => VERSION?.id ?? "";

const isReady = (env: Env): Promise<boolean> =>
  connect(env, AbortSignal.timeout(5 * SECOND))
    .execute(sql`select 1`)
    .then(
      () => true,
      () => false,
    );
