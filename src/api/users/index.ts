import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerCreateUser } from "./create.ts";
import { registerDeleteUser } from "./delete.ts";
import { registerEndUserSession } from "./end-session.ts";
import { registerEndUserSessions } from "./end-sessions.ts";
import { registerGetUser } from "./get.ts";
import { registerListUsers } from "./list.ts";
import { registerListUserSessions } from "./list-sessions.ts";
import { registerCreatePasswordToken } from "./password-token.ts";
import { registerUpdateUser } from "./patch.ts";

export function registerUsers(app: OpenAPIHono<AppEnv>): void {
  registerListUsers(app);
  registerCreateUser(app);
  registerGetUser(app);
  registerUpdateUser(app);
  registerDeleteUser(app);
  registerCreatePasswordToken(app);
  registerListUserSessions(app);
  registerEndUserSession(app);
  registerEndUserSessions(app);
}
