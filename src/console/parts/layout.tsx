/** The frame of every page: head, navigation, flash message. */
import { getCookie } from "hono/cookie";
import { html } from "hono/html";
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Caller, Page } from "../context.ts";
import { FlashMessage } from "./flash.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { Preferences } from "./preferences.tsx";
import { readTimeZone, TIME_ZONE_COOKIE, timeZone, withTimeZone } from "./time-zone.ts";

interface Frame {
  title: string;
  /** A script of the page, besides that of every page: its name in scripts/bundle-console.mjs. */
  script?: "alerts";
  /** The section that the navigation highlights. */
  section?: Section;
  caller?: Caller;
}

type Section = (typeof SECTIONS)[number]["path"];

/** `isRare`: on phones, the section is in the menu "More". */
const SECTIONS = [
  { path: "/", name: "Overview", icon: "overview", isRare: false },
  { path: "/alerts", name: "Alerts", icon: "alerts", isRare: false },
  { path: "/silences", name: "Silences", icon: "silences", isRare: false },
  { path: "/deliveries", name: "Deliveries", icon: "deliveries", isRare: false },
  { path: "/integrations", name: "Integrations", icon: "integrations", isRare: true },
  { path: "/subscriptions", name: "Subscriptions", icon: "subscriptions", isRare: true },
  { path: "/settings", name: "Settings", icon: "settings", isRare: true },
] as const satisfies readonly { path: string; name: string; icon: IconName; isRare: boolean }[];

/** Responds with a whole page. */
export const renderPage = (c: Page, frame: Frame, content: Child, status: ContentfulStatusCode = 200) => {
  const caller = frame.caller ?? (c.get("caller") as Caller | undefined);
  const page = (
    <Layout {...frame} {...(caller && { caller })}>
      <FlashMessage of={c.req.query("flash")} />
      {content}
    </Layout>
  );
  const text = withTimeZone(readTimeZone(getCookie(c, TIME_ZONE_COOKIE)), () => html`<!doctype html>${page}`);
  return c.html(text, status);
};

const Layout: FC<PropsWithChildren<Frame>> = ({ title, section, script, caller, children }) => (
  <html lang="en" data-time-zone={timeZone()}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Tocsin`}</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/assets/console/style.css" />
      <script type="module" src="/assets/console/console.js" />
      {script ? <script type="module" src={`/assets/console/${script}.js`} /> : null}
    </head>
    <body class={caller ? "framed" : "alone"}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      {caller ? <Navigation caller={caller} {...(section && { section })} /> : null}
      <p id="connection" role="status" hidden>
        Connection lost. This page may be out of date. Reconnecting …
      </p>
      <main id="main">{children}</main>
    </body>
  </html>
);

const Navigation: FC<{ caller: Caller; section?: Section }> = ({ caller, section }) => (
  <header class="sidebar">
    <a class="brand" href="/">
      <Logo /> Tocsin
    </a>
    <nav aria-label="Sections">
      {SECTIONS.map(({ path, name, icon, isRare }) => (
        <a href={path} class={isRare ? "rare" : undefined} {...currentIf(path === section)}>
          <Icon name={icon} /> {name}
        </a>
      ))}
      <details class="more">
        <summary>
          <Icon name="more" /> More
        </summary>
        <div>
          {SECTIONS.filter(({ isRare }) => isRare).map(({ path, name, icon }) => (
            <a href={path} {...currentIf(path === section)}>
              <Icon name={icon} /> {name}
            </a>
          ))}
          <Self caller={caller} place="more" />
        </div>
      </details>
    </nav>
    <Self caller={caller} place="side" />
  </header>
);

const currentIf = (isCurrent: boolean) => (isCurrent ? { "aria-current": "page" as const } : {});

const Self: FC<{ caller: Caller; place: string }> = ({ caller, place }) => (
  <div class="self">
    <a class="name" href="/settings/sessions" dir="auto" title={caller.user.email}>
      {caller.user.name}
    </a>
    <Preferences place={place} />
    <a href="/docs">API</a>
    <form method="post" action="/sign-out">
      <button class="quiet">Sign out</button>
    </form>
  </div>
);

export const Logo: FC = () => (
  <svg class="bell" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
    <path
      d="M9 1.500a5.250 5.250 0 0 0-5.250 5.250v4.500L2.250 13.500h13.500l-1.500-2.250v-4.500A5.250 5.250 0 0 0 9 1.500Z"
      fill="currentColor"
    />
    <path d="M6.750 15a2.250 2.250 0 0 0 4.500 0Z" fill="currentColor" />
  </svg>
);
