import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { countAttempts } from "../auth.ts";
import { checkEncoding } from "../check-encoding.ts";
import { limitBody } from "../limit-body.ts";
import { registerFinishOidc } from "./finish-oidc.ts";
import { registerGetSession } from "./get.ts";
import { registerListIdentityProviders } from "./list-providers.ts";
import { registerSetPassword } from "./set-password.ts";
import { registerSignInWithPassword } from "./sign-in.ts";
import { registerSignOut } from "./sign-out.ts";
import { registerStartOidc } from "./start-oidc.ts";

/** Bytes of the largest body of an operation for callers who are not signed in: an email address and two passwords fit. */
const MAX_BODY_BYTES = 4 * 1024;

/** Registers the operations for callers who are not signed in yet. */
export function registerSignIn(app: OpenAPIHono<AppEnv>): void {
  // A start at an identity provider makes a request to it.
  app.on(["POST"], ["/v1/session", "/v1/session/password"], countAttempts);
  app.get("/v1/session/oidc/:provider", countAttempts);
  app.use("/v1/session/*", limitBody(MAX_BODY_BYTES), checkEncoding);
  registerSignInWithPassword(app);
  registerListIdentityProviders(app);
  registerStartOidc(app);
  registerFinishOidc(app);
  registerSetPassword(app);
}

/** Registers the operations for authenticated callers. */
export function registerSession(app: OpenAPIHono<AppEnv>): void {
  registerGetSession(app);
  registerSignOut(app);
}
