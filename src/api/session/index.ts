import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerFinishOidc } from "./finish-oidc.ts";
import { registerGetSession } from "./get.ts";
import { registerListIdentityProviders } from "./list-providers.ts";
import { registerSetPassword } from "./set-password.ts";
import { registerSignInWithPassword } from "./sign-in.ts";
import { registerSignOut } from "./sign-out.ts";
import { registerStartOidc } from "./start-oidc.ts";

/** Registers the operations for callers who are not signed in yet. */
export function registerSignIn(app: OpenAPIHono<AppEnv>): void {
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
