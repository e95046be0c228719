import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../lib/app-env.ts";
import { exposition, EXPOSITION_TYPE } from "../../lib/exposition.ts";
import type { Principal } from "../../lib/principal.ts";
import { SECOND } from "../../lib/time.ts";
import { authenticate, bearerOf, isSameSecret } from "../auth.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { familiesOf } from "./families.ts";
import { scrape } from "./scrape.ts";

/** Whoever presents METRICS_KEY: it opens this route and no other, and works while Postgres is away. */
const SCRAPER: Principal = {
  actor: "metrics",
  everywhere: new Set(["deliveries:read"]),
  teams: new Map(),
  user: null,
};

const authenticateScraper = createMiddleware<AppEnv>(async (c, next) => {
  const presented = bearerOf(c);
  const { METRICS_KEY } = c.env;
  if (presented === undefined || !METRICS_KEY || !(await isSameSecret(presented, METRICS_KEY))) {
    return authenticate(c, next);
  }
  c.set("principal", SCRAPER);
  await next();
});

const route = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  tags: ["health"],
  summary: "How everything stands, for Prometheus",
  description:
    "In the text format 0.0.4. Beside the keys of the API it takes `METRICS_KEY`, where the deployment has one. " +
    "It answers also while Postgres does not.",
  ...requirePlatformScope("deliveries:read"),
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
    ...commonProblems,
  },
});

/** An isolate finds out anew no more often than this, whoever asks. */
const FRESH_MS = 5 * SECOND;

let kept = { at: 0, text: "" };

export function registerMetrics(app: OpenAPIHono<AppEnv>): void {
  app.use("/metrics", authenticateScraper);
  app.openapi(route, async (c) => {
    if (Math.abs(Date.now() - kept.at) >= FRESH_MS) {
      const text = exposition(familiesOf(await scrape(c.env)));
      kept = { at: Date.now(), text };
    }
    return c.text(kept.text, 200, { "content-type": EXPOSITION_TYPE, "cache-control": "no-store" });
  });
}
