import type { FC } from "hono/jsx";
import { type Caller, maySomewhere } from "../../console.ts";
import { Head } from "../../parts/pieces.tsx";

const TABS = [
  { path: "/settings/teams", name: "Teams", isForAdmins: false },
  { path: "/settings/people", name: "People", isForAdmins: true },
  { path: "/settings/keys", name: "API keys", isForAdmins: true },
  { path: "/settings/sessions", name: "Your sessions", isForAdmins: false },
  { path: "/settings/audit", name: "Audit log", isForAdmins: true },
] as const;

/** The head of every page of settings. */
export const SettingsHead: FC<{ caller: Caller; at: (typeof TABS)[number]["path"] }> = ({ caller, at }) => (
  <>
    <Head title="Settings" />
    <nav class="tabs" aria-label="Settings">
      {TABS.filter(({ isForAdmins }) => !isForAdmins || maySomewhere(caller, "admin")).map(({ path, name }) => (
        <a href={path} {...(path === at && { "aria-current": "page" as const })}>
          {name}
        </a>
      ))}
    </nav>
  </>
);
