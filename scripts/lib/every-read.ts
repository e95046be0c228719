/** The paths of every page of the console and of every read of the API, for one set of data. Pure. */
import type { ApiDocument } from "../openapi-document.ts";

/** Ids of the data that the paths name. */
export interface ReadIds {
  integration: string;
  /** An integration of the provider `custom`. */
  mapped: string;
  alert: string;
  delivery: string;
  subscription: string;
  silence: string;
  /** A silence that has not started. */
  pendingSilence: string;
  team: string;
  user: string;
  apiKey: string;
}

/** Reads without SQL in the answer, or without an end. */
const LEFT_OUT = new Set([
  "/v1/timeline/stream",
  "/v1/session/oidc/{provider}",
  "/v1/session/oidc/{provider}/callback",
]);

/** Every GET of `/v1` and `/api/v2`, and `/metrics`. Of resources that need a failure first, the path names an unknown one. */
export function readPaths({ paths }: Pick<ApiDocument, "paths">, ids: ReadIds): string[] {
  const idOf: Record<string, string> = {
    alerts: ids.alert,
    deliveries: ids.delivery,
    integrations: ids.integration,
    subscriptions: ids.subscription,
    silences: ids.silence,
    teams: ids.team,
    users: ids.user,
    "api-keys": ids.apiKey,
  };
  const routes = Object.entries(paths).filter(
    ([route, item]) => "get" in item && /^\/(v1\/|api\/v2\/|metrics)/.test(route),
  );
  const plain = routes
    .filter(([route]) => !LEFT_OUT.has(route))
    .map(([route]) =>
      route
        .replace(/^\/v1\/([a-z-]+)\/\{id\}/, (_, resource: string) => `/v1/${resource}/${idOf[resource]}`)
        .replace("{silenceID}", ids.silence)
        .replace("{row}", "16")
        .replace("{name}", "service")
        .replace(/^\/v1\/alerts\/groups$/, "$&?by=integrationId,label.service")
        .replace("{messageId}", ids.alert)
        .replace("{attemptId}", ids.alert)
        // One page, also with other integrations.
        .replace(/^\/api\/v2\/alerts.*/, `$&?filter=tocsin_integration%3D${ids.integration}`)
        .replace(/\/export$/, `/export?integrationId=${ids.integration}`),
    );
  return [...plain, ...variants(ids)];
}

/** Reads whose parameters lead to further queries. */
const variants = ({ alert, delivery, integration }: ReadIds): string[] => [
  "/v1/timeline?cursor=now",
  "/v1/alerts?sort=lastSeenAt&query=-status:closed%20label.service:check*%20disk",
  "/v1/alerts?sort=severity&alertKey=a",
  "/v1/deliveries?query=disk%20-reason:signature%20statusCode:4*",
  "/v1/integrations?include=health",
  "/v1/subscriptions?include=state",
  `/v1/alerts/export?integrationId=${integration}&cursor=${alert}`,
  `/v1/deliveries/export?integrationId=${integration}&cursor=${delivery}`,
];

/** Every page of the console. */
export const pagePaths = (ids: ReadIds): string[] => [
  "/",
  "/alerts",
  "/alerts?query=disk%20severity:critical",
  `/alerts/${ids.alert}`,
  "/silences",
  "/silences/new",
  "/silences/export?format=csv",
  `/silences/${ids.silence}`,
  `/silences/${ids.pendingSilence}`,
  "/deliveries",
  `/deliveries?alertId=${ids.alert}`,
  `/deliveries/${ids.delivery}`,
  `/deliveries/replay?integrationId=${ids.integration}`,
  "/integrations",
  "/integrations/new",
  "/integrations/new?provider=generic",
  `/integrations/${ids.integration}`,
  `/integrations/${ids.integration}/first-deliveries`,
  `/integrations/${ids.integration}/quarantine`,
  `/integrations/${ids.mapped}/mapping`,
  "/settings",
  "/settings/api-keys",
  "/settings/audit",
  // An export reads page by page: one with a single page.
  `/settings/audit/export?targetId=${ids.user}`,
  "/settings/sessions",
  "/subscriptions",
  "/subscriptions/new",
  `/subscriptions/${ids.subscription}`,
  `/subscriptions/${ids.subscription}/transformation`,
  `/subscriptions/${ids.subscription}/attempts`,
  `/subscriptions/${ids.subscription}/attempts/${ids.alert}`,
  `/subscriptions/${ids.subscription}/dead-letters`,
  `/subscriptions/${ids.subscription}/dead-letters/${ids.alert}`,
  "/settings/teams",
  `/settings/teams/${ids.team}`,
  "/settings/users",
  "/sign-in",
  "/welcome",
  "/set-password",
];
