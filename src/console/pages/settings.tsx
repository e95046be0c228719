/** `/settings`: registers the pages of the section. */
import { type Console, hasScopeSomewhere } from "../context.ts";
import { registerApiKeys } from "./settings/api-keys.tsx";
import { registerAttempts } from "./settings/attempts.tsx";
import { registerAudit } from "./settings/audit.tsx";
import { registerDeadLetters } from "./settings/dead-letters.tsx";
import { registerDryRun } from "./settings/dry-run.tsx";
import { registerSessions } from "./settings/sessions.tsx";
import { registerSubscription } from "./settings/subscription.tsx";
import { registerSubscriptions } from "./settings/subscriptions.tsx";
import { registerTeams } from "./settings/teams.tsx";
import { registerUsers } from "./settings/users.tsx";

export function registerSettings(pages: Console): void {
  pages.get("/settings", (c) =>
    c.redirect(hasScopeSomewhere(c.get("caller"), "admin") ? "/settings/teams" : "/settings/sessions", 302),
  );
  registerTeams(pages);
  registerUsers(pages);
  registerSubscriptions(pages);
  registerSubscription(pages);
  registerDryRun(pages);
  registerAttempts(pages);
  registerDeadLetters(pages);
  registerApiKeys(pages);
  registerSessions(pages);
  registerAudit(pages);
}
