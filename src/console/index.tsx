/** The pages of the console, and the middleware that all of them share. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { tooLarge } from "../api/limit-body.ts";
import { assertSameOriginOfWrite } from "../api/session/principal.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { ApiError, findSession, type Problem, requireSession, signInUrl, withApi } from "./api.ts";
import { type Console, type ConsoleEnv, newConsole, type Page } from "./context.ts";
import { problemPage, wantsPage } from "./errors.tsx";
import { PAGE_HEADERS } from "./page-headers.ts";
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

const headers = createMiddleware<ConsoleEnv>(async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
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
  registerNotFound(pages, app);
  app.route("/", pages);
}

/** Shows an error of the API as a page. Other errors go to the error handler of the app. */
function showError(error: Error, c: Page) {
  if (!(error instanceof ApiError)) throw error;
  return error.problem.status === 401 ? c.redirect(signInUrl(c), 303) : problemPage(c, error.problem);
}

/** Unknown addresses: a page for browsers, in the frame of the console for those who are signed in. */
function registerNotFound(pages: Console, app: OpenAPIHono<AppEnv>): void {
  const onlyPages = createMiddleware<ConsoleEnv>(async (c, next) => (wantsPage(c) ? next() : c.notFound()));
  pages.get("*", onlyPages, withApi(app), findSession, (c) => c.notFound());
}
