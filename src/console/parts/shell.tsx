/** The frame that every page stands in. */
import { html } from "hono/html";
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import type { Caller, Page } from "../console.ts";

interface Frame {
  title: string;
  /** Which of the main places it belongs to. */
  place?: Place;
  caller?: Caller;
}

type Place = (typeof PLACES)[number]["path"];

const PLACES = [
  { path: "/", name: "Overview" },
  { path: "/alerts", name: "Alerts" },
  { path: "/deliveries", name: "Deliveries" },
  { path: "/integrations", name: "Integrations" },
  { path: "/settings", name: "Settings" },
] as const;

/** A whole page as the answer. */
export const show = (
  c: Page,
  frame: Frame,
  content: Child,
  status: 200 | 400 | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503 = 200,
) => {
  const caller = frame.caller ?? (c.get("caller") as Caller | undefined);
  const page = (
    <Shell title={frame.title} {...(frame.place && { place: frame.place })} {...(caller && { caller })}>
      <Notice of={c.req.query("done")} />
      {content}
    </Shell>
  );
  return c.html(html`<!doctype html>${page}`, status);
};

const Shell: FC<PropsWithChildren<Frame>> = ({ title, place, caller, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Tocsin`}</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/assets/console.css" />
      <script type="module" src="/assets/console.js" />
    </head>
    <body class={caller ? "framed" : "alone"}>
      <a class="skip" href="#main">
        To the content
      </a>
      {caller ? <Rail caller={caller} {...(place && { place })} /> : null}
      <p id="connection" role="status" hidden>
        The connection is lost. What you see may be old; it goes on by itself.
      </p>
      <main id="main">{children}</main>
    </body>
  </html>
);

const Rail: FC<{ caller: Caller; place?: Place }> = ({ caller, place }) => (
  <header class="rail">
    <a class="brand" href="/">
      <Bell /> Tocsin
    </a>
    <nav aria-label="Places">
      {PLACES.map(({ path, name }) => (
        <a href={path} {...(path === place && { "aria-current": "page" as const })}>
          {name}
        </a>
      ))}
    </nav>
    <div class="self">
      <span dir="auto" title={caller.user.email}>
        {caller.user.name}
      </span>
      <a href="/docs">API</a>
      <form method="post" action="/sign-out">
        <button class="quiet">Sign out</button>
      </form>
    </div>
  </header>
);

/** The mark of Tocsin. */
export const Bell: FC = () => (
  <svg class="bell" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
    <path
      d="M9 1.500a5.250 5.250 0 0 0-5.250 5.250v4.500L2.250 13.500h13.500l-1.500-2.250v-4.500A5.250 5.250 0 0 0 9 1.500Z"
      fill="currentColor"
    />
    <path d="M6.750 15a2.250 2.250 0 0 0 4.500 0Z" fill="currentColor" />
  </svg>
);

/** What was done, told on the page after it. Only words of ours: an address can be made up by anybody. */
const NOTICES = {
  acknowledged: "Acknowledged.",
  opened: "Open again.",
  resolved: "Resolved.",
  closed: "Closed.",
  changed: "Changed.",
  "changed-some": "Changed; some could not be: they had moved on meanwhile.",
  "none-chosen": "Nothing was chosen.",
  saved: "Saved.",
  created: "Created.",
  deleted: "Deleted.",
  removed: "Removed.",
  revoked: "Revoked: it works nowhere any more.",
  ended: "The session is over.",
  replayed: "Replayed as a new delivery, below.",
  "replayed-many": "Replayed.",
  tested: "A signed test was sent.",
  retried: "They go to Postgres again.",
  discarded: "Given up.",
  resent: "On their way.",
  "none-resent": "Gone, or too much waits already.",
  "password-set": "Your password is set. Sign in with it.",
  "signed-out": "You are signed out.",
} as const;

/** Names what to tell after a redirect. */
export type Done = keyof typeof NOTICES;

/** The address of a page that tells what was done. */
export function withNotice(path: string, done: Done): string {
  const url = new URL(path, "http://tocsin");
  url.searchParams.set("done", done);
  return url.pathname + url.search;
}

const Notice: FC<{ of: string | undefined }> = ({ of }) =>
  of !== undefined && Object.hasOwn(NOTICES, of) ? (
    <p class="notice" role="status">
      {NOTICES[of as Done]}
    </p>
  ) : null;
