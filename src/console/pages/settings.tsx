/** `/settings`: registers the pages of the section. */
import { type Console, hasScopeSomewhere } from "../context.ts";
import { registerApiKeys } from "./settings/api-keys.tsx";
import { registerAudit } from "./settings/audit.tsx";
import { registerSessions } from "./settings/sessions.tsx";
import { registerTeams } from "./settings/teams.tsx";
import { registerUsers } from "./settings/users.tsx";

export function registerSettings(pages: Console): void {
  pages.get("/settings", (c) =>
    c.redirect(hasScopeSomewhere(c.get("caller"), "admin") ? "/settings/teams" : "/settings/sessions", 302),
  );
  registerTeams(pages);
  registerUsers(pages);
  registerApiKeys(pages);
  registerSessions(pages);
  registerAudit(pages);
}
