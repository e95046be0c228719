/** The operator's pages: what stands where, and what holds for all of them. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { assertSameOrigin } from "../api/session/principal.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { ApiError, signedIn, signInUrl, withApi } from "./api.ts";
import { type ConsoleEnv, newConsole, type Page } from "./console.ts";
import { registerAlert } from "./pages/alert.tsx";
import { registerAlerts } from "./pages/alerts.tsx";
import { registerDeliveries } from "./pages/deliveries.tsx";
import { registerDelivery } from "./pages/delivery.tsx";
import { registerFirstDeliveries } from "./pages/first-deliveries.tsx";
import { registerIntegration } from "./pages/integration.tsx";
import { registerIntegrations } from "./pages/integrations.tsx";
import { registerMapping } from "./pages/mapping.tsx";
import { registerNewIntegration } from "./pages/new-integration.tsx";
import { registerOverview } from "./pages/overview.tsx";
import { registerQuarantine } from "./pages/quarantine.tsx";
import { registerSettings } from "./pages/settings.tsx";
import { registerSignIn } from "./pages/sign-in.tsx";
import { Empty, Head } from "./parts/pieces.tsx";
import { show } from "./parts/shell.tsx";

/** Scripts and styles are files of ours; nothing stands in the page itself, and nothing comes from another host. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = createMiddleware<ConsoleEnv>(async (c, next) => {
  await next();
  c.header("content-security-policy", CONTENT_SECURITY_POLICY);
  // What a page shows is for one person, and some of it for one look.
  c.header("cache-control", "no-store");
});

/** A form of another site's page could be sent here with somebody's cookie. */
const fromOwnPage = createMiddleware<ConsoleEnv>(async (c, next) => {
  assertSameOrigin(c);
  await next();
});

/** Where one must be signed in, each with what is below it. */
const PLACES = ["/", "/alerts/*", "/deliveries/*", "/integrations/*", "/settings/*"];
const DOORS = ["/sign-in", "/sign-out", "/welcome", "/set-password"];

/** `app` is the whole service: pages use its API. */
export function registerConsole(app: OpenAPIHono<AppEnv>): void {
  const pages = newConsole();
  pages.onError(showError);
  for (const path of [...PLACES, ...DOORS]) pages.use(path, headers, withApi(app), fromOwnPage);
  for (const path of PLACES) pages.use(path, signedIn);
  registerSignIn(pages);
  registerOverview(pages);
  registerAlerts(pages);
  registerAlert(pages);
  registerDeliveries(pages);
  registerDelivery(pages);
  registerIntegrations(pages);
  registerNewIntegration(pages);
  registerMapping(pages);
  registerQuarantine(pages);
  registerFirstDeliveries(pages);
  registerIntegration(pages);
  registerSettings(pages);
  app.route("/", pages);
}

/** What the API refused is told as it tells it; anything else is the service's own to report. */
function showError(error: Error, c: Page) {
  if (!(error instanceof ApiError)) throw error;
  const { status, title, detail } = error.problem;
  if (status === 401) return c.redirect(signInUrl(c), 303);
  const content = (
    <>
      <Head title={title} />
      <Empty title={detail}>
        <p>
          {c.req.method === "GET" ? <a href={c.req.url}>Try again</a> : "Go back"}, or to the <a href="/">overview</a>.
        </p>
        <p class="muted">Request {c.get("requestId")}</p>
      </Empty>
    </>
  );
  return show(c, { title }, content, KNOWN.find((known) => known === status) ?? 500);
}

const KNOWN = [400, 403, 404, 409, 422, 429, 503] as const;
