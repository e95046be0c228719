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

/** The caller that presents METRICS_KEY. The key is valid for this route only, and without Postgres. */
const SCRAPER: Principal = {
  actor: "metrics",
  actorName: null,
  everywhere: new Set(["deliveries:read"]),
  limit: null,
  teams: new Map(),
  user: null,
  credential: null,
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
  summary: "Get Metrics",
  description:
    "Returns all metrics in the Prometheus text format 0.0.4. Accepts `METRICS_KEY` in addition to API keys, if the deployment has one. " +
    "Responds even while Postgres is down.",
  ...requirePlatformScope("deliveries:read"),
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
    ...commonProblems,
  },
});

/** Minimum interval between two scrapes of one isolate. */
const FRESH_MS = 5 * SECOND;

let cached = { at: 0, text: "" };

export function registerMetrics(app: OpenAPIHono<AppEnv>): void {
  app.use("/metrics", authenticateScraper);
  app.openapi(route, async (c) => {
    if (Math.abs(Date.now() - cached.at) >= FRESH_MS) {
      const text = exposition(familiesOf(await scrape(c.env)));
      cached = { at: Date.now(), text };
    }
    return c.text(cached.text, 200, { "content-type": EXPOSITION_TYPE, "cache-control": "no-store" });
  });
}
