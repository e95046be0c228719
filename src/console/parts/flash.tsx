/** Messages that a page shows once after a redirect. The URL carries only their key, because anyone can write a URL. */
import type { FC } from "hono/jsx";
import { plural } from "./format.ts";

const MESSAGES = {
  acknowledged: "Alert acknowledged.",
  reopened: "Alert reopened.",
  resolved: "Alert resolved.",
  closed: "Alert closed.",
  noted: "Note added.",
  "no-note": "The note is empty. Write it first.",
  snoozed: "Alert snoozed.",
  unsnoozed: "Snooze ended.",
  "silence-created": "Silence created.",
  "silence-extended": "Silence extended.",
  "silence-expired": "Silence expired.",
  "none-selected": "No alert selected.",
  saved: "Saved.",
  created: "Created.",
  added: "Added.",
  deleted: "Deleted.",
  removed: "Removed.",
  revoked: "Revoked.",
  "session-ended": "Session ended.",
  replayed: "Delivery replayed. The result is a new delivery.",
  "replayed-many": "Deliveries replayed. The results are new deliveries.",
  "test-sent": "Signed test delivery sent.",
  retried: "Retrying.",
  discarded: "Discarded.",
  resent: "Resending.",
  "not-resent": "Not resent: the message no longer exists or the queue is full.",
  "password-changed": "Password changed. Your other sessions have ended.",
  "password-set": "Password set. Sign in with it.",
  "session-over": "Your session has ended. Sign in again.",
  "not-done-signed-out": "Not saved: your session has ended. Sign in, then repeat the change.",
  "signed-out": "You are signed out.",
  "admin-created": "You are signed in as an admin. Alerts of your sources appear here.",
} as const;

/** Messages with a count: `147 alerts resolved.` */
const COUNTED = {
  "alerts-acknowledged": "acknowledged",
  "alerts-reopened": "reopened",
  "alerts-resolved": "resolved",
  "alerts-closed": "closed",
} as const;

/** Where a message leads. */
const NEXT_STEPS: Partial<Record<string, { path: string; name: string }>> = {
  "admin-created": { path: "/integrations/new", name: "Connect a source" },
};

export type Flash = keyof typeof MESSAGES;
export type CountedFlash = keyof typeof COUNTED;

/** Adds a message to the URL of the page that shows it. */
export function withFlash(path: string, flash: Flash): string {
  return withParameter(path, flash);
}

/**
 * Adds a message about several alerts to the URL of the page that shows it.
 * @param skipped alerts whose status no longer allows the change, or that could not be reached
 */
export function withCountedFlash(path: string, flash: CountedFlash, changed: number, skipped: number): string {
  return withParameter(path, `${flash}.${changed}.${skipped}`);
}

function withParameter(path: string, value: string): string {
  const url = new URL(path, "http://tocsin");
  url.searchParams.set("flash", value);
  return url.pathname + url.search;
}

export const FlashMessage: FC<{ of: string | undefined }> = ({ of }) => {
  const text = of === undefined ? null : messageOf(of);
  if (text === null) return null;
  const next = NEXT_STEPS[of ?? ""];
  return (
    <p class="flash" role="status">
      {text}
      {next ? (
        <>
          {" "}
          <a href={next.path}>{next.name}</a>
        </>
      ) : null}
    </p>
  );
};

function messageOf(value: string): string | null {
  if (Object.hasOwn(MESSAGES, value)) return MESSAGES[value as Flash];
  const [, key = "", changed = "", skipped = ""] = /^([a-z-]+)\.(\d{1,9})\.(\d{1,9})$/.exec(value) ?? [];
  if (!Object.hasOwn(COUNTED, key)) return null;
  const done = `${plural(Number(changed), "alert")} ${COUNTED[key as CountedFlash]}.`;
  return Number(skipped) === 0 ? done : `${done} ${formatSkipped(Number(skipped))}`;
}

const formatSkipped = (count: number): string => `${plural(count, "alert")} skipped: already changed, or not reached.`;
