import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerCreateTeam } from "./create.ts";
import { registerDeleteTeam } from "./delete.ts";
import { registerGetTeam } from "./get.ts";
import { registerInviteMember } from "./invite.ts";
import { registerListMembers } from "./list-members.ts";
import { registerListTeams } from "./list.ts";
import { registerUpdateTeam } from "./patch.ts";
import { registerRemoveMember } from "./remove-member.ts";
import { registerSetMember } from "./set-member.ts";

export function registerTeams(app: OpenAPIHono<AppEnv>): void {
  registerListTeams(app);
  registerCreateTeam(app);
  registerGetTeam(app);
  registerUpdateTeam(app);
  registerDeleteTeam(app);
  registerListMembers(app);
  registerInviteMember(app);
  registerSetMember(app);
  registerRemoveMember(app);
}
