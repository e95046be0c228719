import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import { registerComponents } from "./components.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { registerApiKeys } from "./api-keys/index.ts";
import { registerAuditEvents } from "./audit-events/index.ts";
import { registerAlertmanager } from "./alertmanager/index.ts";
import { registerAlerts } from "./alerts/index.ts";
import { textErrors } from "./alertmanager/errors.ts";
import { authenticate } from "./auth.ts";
import { checkEncoding } from "./check-encoding.ts";
import { checkMethod } from "./check-method.ts";
import { checkQuery } from "./check-query.ts";
import { checkText } from "./check-text.ts";
import { registerDeliveries } from "./deliveries/index.ts";
import { crossOrigin } from "./cors.ts";
import { registerDocument } from "./document/index.ts";
import { registerWebhooks } from "./document/webhooks.ts";
import { dropEmptyBody } from "./empty-body.ts";
import { notModified } from "./etag.ts";
import { registerHealth } from "./health.ts";
import { idempotent } from "./idempotency.ts";
import { registerIngestDocs } from "./ingest-openapi.ts";
import { registerIntegrations } from "./integrations/index.ts";
import { registerLabels } from "./labels/index.ts";
import { limitBody } from "./limit-body.ts";
import { limitJson } from "./limit-json.ts";
import { limitQuery } from "./limit-query.ts";
import { registerMetrics } from "./metrics/index.ts";
import { acceptsPrefer, preferMinimal } from "./prefer.ts";
import { registerProviders } from "./providers/index.ts";
import { registerSession, registerSignIn } from "./session/index.ts";
import { SESSION_COOKIE } from "./session/principal.ts";
import { registerSilences } from "./silences/index.ts";
import { registerStats } from "./stats.ts";
import { registerSubscriptions } from "./subscriptions/index.ts";
import { registerTimeline } from "./timeline/index.ts";
import { registerTeams } from "./teams/index.ts";
import { registerUsers } from "./users/index.ts";

/** A dry run contains a delivery of up to 1 MiB as a JSON string, with up to six bytes per byte. */
const MAX_BODY_BYTES = 7 * 1024 * 1024;

const ALERTMANAGER_PATHS = "/api/v2/*";

/** The paths of operations that share authentication and limits. */
const API_PATHS = ["/v1/*", ALERTMANAGER_PATHS];

/** Registers every operation, in the order of the OpenAPI document. */
export function registerApi(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An API key, or the root key. Each operation lists the scope that it requires.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: SESSION_COOKIE,
    description: "The cookie of a signed-in person; over TLS its name begins with `__Host-`.",
  });
  registerComponents(app);
  addChecks(app);
  app.use(ALERTMANAGER_PATHS, textErrors);
  for (const paths of API_PATHS) app.use(paths, crossOrigin);
  app.use(checkMethod(app));
  for (const paths of API_PATHS) app.use(paths, limitQuery);
  registerSignIn(app);
  // Authenticated first: `limitBody` keeps a body without a Content-Length in memory.
  for (const paths of API_PATHS) {
    app.use(paths, authenticate, limitBody(MAX_BODY_BYTES), checkEncoding, limitJson, idempotent, notModified);
  }
  registerIngestDocs(app);
  registerAlerts(app);
  registerLabels(app);
  registerTimeline(app);
  registerSilences(app);
  registerDeliveries(app);
  registerIntegrations(app);
  registerSubscriptions(app);
  registerStats(app);
  registerProviders(app);
  registerTeams(app);
  registerUsers(app);
  registerSession(app);
  registerApiKeys(app);
  registerAuditEvents(app);
  registerAlertmanager(app);
  registerHealth(app);
  registerMetrics(app);
  registerWebhooks(app);
  registerDocument(app);
}

/** Adds the checks that all operations share to every operation that is registered from now on. */
function addChecks(app: OpenAPIHono<AppEnv>): void {
  const { openapi } = app;
  app.openapi = (route, handler, hook) => openapi({ ...route, middleware: middlewareOf(route) }, handler, hook);
}

const middlewareOf = (route: RouteConfig) => [
  ...[route.middleware ?? []].flat(),
  // After the operation's own middleware: a caller without the scope gets 403.
  checkQuery(route),
  checkText,
  ...(route.request?.body ? [dropEmptyBody] : []),
  ...(acceptsPrefer(route) ? [preferMinimal] : []),
];
