import type { FC } from "hono/jsx";
import { type Caller, maySomewhere, type Scope } from "../../console.ts";
import { Head } from "../../parts/pieces.tsx";

/** `needs`: what one must be allowed somewhere to see it. */
const TABS = [
  { path: "/settings/teams", name: "Teams", needs: null },
  { path: "/settings/people", name: "People", needs: "admin" },
  { path: "/settings/subscriptions", name: "Subscriptions", needs: "subscriptions:read" },
  { path: "/settings/keys", name: "API keys", needs: "admin" },
  { path: "/settings/sessions", name: "Your sessions", needs: null },
  { path: "/settings/audit", name: "Audit log", needs: "admin" },
] as const satisfies readonly { path: string; name: string; needs: Scope | null }[];

/** The head of every page of settings. */
export const SettingsHead: FC<{ caller: Caller; at: (typeof TABS)[number]["path"] }> = ({ caller, at }) => (
  <>
    <Head title="Settings" />
    <nav class="tabs" aria-label="Settings">
      {TABS.filter(({ needs }) => needs === null || maySomewhere(caller, needs)).map(({ path, name }) => (
        <a href={path} {...(path === at && { "aria-current": "page" as const })}>
          {name}
        </a>
      ))}
    </nav>
  </>
);
