/** The pages of the console, and the middleware that all of them share. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { tooLarge } from "../api/limit-body.ts";
import { assertSameOriginOfWrite } from "../api/session/principal.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { ApiError, type Problem, requireSession, signInUrl, withApi } from "./api.ts";
import { type ConsoleEnv, newConsole, type Page } from "./context.ts";
import { registerAlert } from "./pages/alert.tsx";
import { registerAlertActions } from "./pages/alert-actions.tsx";
import { registerAlerts } from "./pages/alerts.tsx";
import { registerDeliveries } from "./pages/deliveries.tsx";
import { registerDelivery } from "./pages/delivery.tsx";
import { registerFirstDeliveries } from "./pages/first-deliveries.tsx";
import { registerIntegration } from "./pages/integration.tsx";
import { registerIntegrations } from "./pages/integrations.tsx";
import { registerMapping } from "./pages/mapping.tsx";
import { registerNewIntegration } from "./pages/new-integration.tsx";
import { registerOverview } from "./pages/overview.tsx";
import { registerReplay } from "./pages/replay.tsx";
import { registerQuarantine } from "./pages/quarantine.tsx";
import { registerSettings } from "./pages/settings.tsx";
import { registerSignIn } from "./pages/sign-in.tsx";
import { registerSilences } from "./pages/silences.tsx";
import { registerSubscriptions } from "./pages/subscriptions.tsx";
import { Empty, PageHead } from "./parts/components.tsx";
import { renderPage } from "./parts/layout.tsx";

/** No inline scripts or styles, and nothing from other hosts. */
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
  // Pages are personal, and some show a secret once.
  c.header("cache-control", "no-store");
});

/** Rejects form posts from other sites, which would carry the session cookie. */
const requireSameOrigin = createMiddleware<ConsoleEnv>(async (c, next) => {
  assertSameOriginOfWrite(c);
  await next();
});

/** Rejects larger forms before a handler reads them. */
const limitForm = (maxBytes: number) =>
  bodyLimit({
    maxSize: maxBytes,
    onError: (c) => {
      throw new ApiError(tooLarge(maxBytes).toJson((c as Page).get("requestId")) as Problem);
    },
  });

/** A form with an email address, a name, a key and a password. */
const limitSmallForm = limitForm(64 * 1024);
/** The largest form contains the expressions of a mapping. */
const limitLargeForm = limitForm(1024 * 1024);

/** Pages that need a session. */
const PRIVATE_PATHS = [
  "/",
  "/alerts/*",
  "/deliveries/*",
  "/silences/*",
  "/integrations/*",
  "/subscriptions/*",
  "/settings/*",
];
const PUBLIC_PATHS = ["/sign-in", "/sign-out", "/welcome", "/set-password"];

/** Adds the pages to `app`, whose API they call. */
export function registerConsole(app: OpenAPIHono<AppEnv>): void {
  const pages = newConsole();
  pages.onError(showError);
  for (const path of [...PRIVATE_PATHS, ...PUBLIC_PATHS]) pages.use(path, headers, withApi(app), requireSameOrigin);
  for (const path of PUBLIC_PATHS) pages.use(path, limitSmallForm);
  for (const path of PRIVATE_PATHS) pages.use(path, limitLargeForm, requireSession);
  registerSignIn(pages);
  registerOverview(pages);
  registerAlerts(pages);
  registerAlert(pages);
  registerAlertActions(pages);
  registerDeliveries(pages);
  registerReplay(pages);
  registerDelivery(pages);
  registerIntegrations(pages);
  registerNewIntegration(pages);
  registerMapping(pages);
  registerQuarantine(pages);
  registerFirstDeliveries(pages);
  registerIntegration(pages);
  registerSilences(pages);
  registerSubscriptions(pages);
  registerSettings(pages);
  app.route("/", pages);
}

/** Shows an error of the API as a page. Other errors go to the error handler of the app. */
function showError(error: Error, c: Page) {
  if (!(error instanceof ApiError)) throw error;
  const { status, title, detail } = error.problem;
  if (status === 401) return c.redirect(signInUrl(c), 303);
  const content = (
    <>
      <PageHead title={title} />
      <Empty title={detail}>
        <p>
          {c.req.method === "GET" ? <a href={c.req.url}>Try again</a> : "Go back"}, or open the <a href="/">overview</a>
          .
        </p>
        <p class="muted">Request {c.get("requestId")}</p>
      </Empty>
    </>
  );
  return renderPage(c, { title }, content, PASSED_STATUSES.find((passed) => passed === status) ?? 500);
}

const PASSED_STATUSES = [400, 403, 404, 409, 413, 422, 429, 503] as const;
