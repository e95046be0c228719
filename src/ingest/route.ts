import { type Context, Hono } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { newId } from "../lib/ids.ts";
import { decodeIngestId } from "../lib/ingest-id.ts";
import { Problem } from "../lib/problem.ts";
import { liveDependencies } from "./live-dependencies.ts";
import { receive } from "./pipeline.ts";
import { unknownIntegration } from "./rejection.ts";
import { answerRequestStatus } from "./request-status.ts";

/** The ingest URLs, `/in/{ingestId}`. */
export const ingest = new Hono<AppEnv>();

const URLS = ["/:ingestId", "/:ingestId/"];
const ALLOW = "GET, HEAD, POST, PUT, OPTIONS";

/** The paths of compatibility APIs. */
const PATHS = ["/:ingestId/:path{.+}"];
const PATHS_ALLOW = "POST, PUT, DELETE";

ingest.use((c, next) => {
  c.set("requestId", newId());
  return next();
});

// Also answers HEAD. The answer is the same for every well-formed id: it shows that the URL is reachable, and nothing else.
ingest.on("GET", URLS, (c) => {
  assertIngestId(c);
  return c.json({ status: "reachable", detail: "Send deliveries here with POST." });
});

// Senders of CloudEvents first request permission to send. Everyone gets it: only the secret makes a delivery accepted.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
ingest.on("OPTIONS", URLS, (c) => {
  assertIngestId(c);
  const origin = c.req.header("webhook-request-origin");
  if (origin !== undefined) {
    c.header("webhook-allowed-origin", origin);
    c.header("webhook-allowed-rate", "*");
  }
  c.header("allow", ALLOW);
  return c.body(null, 200);
});

// Grafana and Kibana can use PUT. Opsgenie's clients use DELETE.
ingest.on(["POST", "PUT"], URLS, deliver);
ingest.on(["POST", "PUT", "DELETE"], PATHS, deliver);

// Opsgenie's clients ask for the status of their requests.
ingest.on("GET", PATHS, (c) => {
  const http = { id: c.get("requestId"), ingestId: ingestIdOf(c), request: c.req.raw };
  return answerRequestStatus(http, c.env, liveDependencies(c.env, c.executionCtx));
});

ingest.on("ALL", URLS, (c) => rejectMethod(c, ALLOW));
ingest.on("ALL", PATHS, (c) => rejectMethod(c, PATHS_ALLOW));

function deliver(c: Context<AppEnv>): Promise<Response> {
  const http = { id: c.get("requestId"), ingestId: ingestIdOf(c), request: c.req.raw };
  return receive(http, liveDependencies(c.env, c.executionCtx));
}

function rejectMethod(c: Context<AppEnv>, allow: string): never {
  assertIngestId(c);
  throw new Problem("method-not-allowed", `Method ${c.req.method} is not allowed here. Use one of ${allow}.`, {
    headers: { allow },
  });
}

const ingestIdOf = (c: Context<AppEnv>): string => c.req.param("ingestId") ?? "";

function assertIngestId(c: Context<AppEnv>): void {
  if (decodeIngestId(ingestIdOf(c)) === null) throw unknownIntegration();
}
