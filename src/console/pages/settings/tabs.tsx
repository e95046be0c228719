import type { FC } from "hono/jsx";
import { type Caller, maySomewhere, type Scope } from "../../console.ts";
import { Head } from "../../parts/pieces.tsx";

/** `requireScope`: what one must be allowed somewhere to see it. */
const TABS = [
  { path: "/settings/teams", name: "Teams", requireScope: null },
  { path: "/settings/people", name: "People", requireScope: "admin" },
  { path: "/settings/subscriptions", name: "Subscriptions", requireScope: "subscriptions:read" },
  { path: "/settings/keys", name: "API keys", requireScope: "admin" },
  { path: "/settings/sessions", name: "Your sessions", requireScope: null },
  { path: "/settings/audit", name: "Audit log", requireScope: "admin" },
] as const satisfies readonly { path: string; name: string; requireScope: Scope | null }[];

/** The head of every page of settings. */
export const SettingsHead: FC<{ caller: Caller; at: (typeof TABS)[number]["path"] }> = ({ caller, at }) => (
  <>
    <Head title="Settings" />
    <nav class="tabs" aria-label="Settings">
      {TABS.filter(({ requireScope }) => requireScope === null || maySomewhere(caller, requireScope)).map(
        ({ path, name }) => (
          <a href={path} {...(path === at && { "aria-current": "page" as const })}>
            {name}
          </a>
        ),
      )}
    </nav>
  </>
);
