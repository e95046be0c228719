import type { FC } from "hono/jsx";
import { type Caller, hasScopeSomewhere, type Scope } from "../../context.ts";
import { PageHead } from "../../parts/components.tsx";

/** `scope`: callers without it do not see the tab. */
const TABS = [
  { path: "/settings/teams", name: "Teams", scope: null },
  { path: "/settings/users", name: "Users", scope: "admin" },
  { path: "/settings/api-keys", name: "API keys", scope: "admin" },
  { path: "/settings/sessions", name: "Account", scope: null },
  { path: "/settings/audit", name: "Audit log", scope: "admin" },
] as const satisfies readonly { path: string; name: string; scope: Scope | null }[];

/** Heading and tabs of the settings pages. */
export const SettingsHead: FC<{ caller: Caller; at: (typeof TABS)[number]["path"] }> = ({ caller, at }) => (
  <>
    <PageHead title="Settings" />
    <nav class="tabs" aria-label="Settings">
      {TABS.filter(({ scope }) => scope === null || hasScopeSomewhere(caller, scope)).map(({ path, name }) => (
        <a href={path} {...(path === at && { "aria-current": "page" as const })}>
          {name}
        </a>
      ))}
    </nav>
  </>
);
