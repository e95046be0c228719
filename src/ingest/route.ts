import { Hono } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { isUuid, newId } from "../lib/ids.ts";
import { liveDependencies } from "./live-dependencies.ts";
import { receive } from "./pipeline.ts";
import { unknownIntegration } from "./rejection.ts";

/** The ingest URLs, `/in/{integrationId}`. */
export const ingest = new Hono<AppEnv>();

ingest.use((c, next) => {
  c.set("requestId", newId());
  return next();
});

ingest.get("/:integrationId", (c) => {
  if (!isUuid(c.req.param("integrationId"))) throw unknownIntegration();
  // The same answer for every id: it shows that the URL is reachable, and nothing else.
  return c.json({ status: "reachable", detail: "Send deliveries here with POST." });
});

// Senders of CloudEvents first request permission to send. Everyone gets it: only the secret makes a delivery accepted.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
ingest.options("/:integrationId", (c) => {
  if (!isUuid(c.req.param("integrationId"))) throw unknownIntegration();
  const origin = c.req.header("webhook-request-origin");
  if (origin !== undefined) {
    c.header("webhook-allowed-origin", origin);
    c.header("webhook-allowed-rate", "*");
  }
  c.header("allow", "GET, POST, PUT, OPTIONS");
  return c.body(null, 200);
});

// Grafana and Kibana can use PUT. Opsgenie's clients use DELETE.
ingest.on(["POST", "PUT", "DELETE"], ["/:integrationId/", "/:integrationId", "/:integrationId/:path{.+}"], (c) => {
  const integrationId = c.req.param("integrationId").toLowerCase();
  if (!isUuid(integrationId)) throw unknownIntegration();
  const http = { id: c.get("requestId"), integrationId, request: c.req.raw };
  return receive(http, liveDependencies(c.env, c.executionCtx));
});
