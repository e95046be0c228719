/** Changes of one alert on its page: status, note, snooze. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { isUnresolved, moveOf } from "../../alerts/status.ts";
import { HOUR, MINUTE, toIso } from "../../lib/time.ts";
import { dataOf } from "../api.ts";
import type { Console } from "../context.ts";
import { type AlertStatus, STATUSES } from "../parts/badges.tsx";
import { Select } from "../parts/fields.tsx";
import { withFlash } from "../parts/flash.tsx";
import { readForm } from "../parts/form.ts";

type Alert = Schemas["Alert"];

export function registerAlertActions(pages: Console): void {
  pages.post("/alerts/:id/note", async (c) => {
    const { id } = c.req.param();
    const note = (await readForm(c)).text("note");
    if (note === "") return c.redirect(withFlash(`/alerts/${id}`, "no-note"), 303);
    await dataOf(c.get("api").PATCH("/v1/alerts/{id}", { params: { path: { id } }, body: { note } }));
    return c.redirect(withFlash(`/alerts/${id}`, "noted"), 303);
  });

  pages.post("/alerts/:id/snooze", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const note = form.text("note");
    const minutes = form.text("end") === "yes" ? 0 : Number(form.text("minutes"));
    const snoozedUntil = minutes === 0 ? null : toIso(Date.now() + minutes * MINUTE);
    await dataOf(
      c.get("api").PATCH("/v1/alerts/{id}", {
        params: { path: { id } },
        body: { snoozedUntil, ...(note ? { note } : {}) },
      }),
    );
    return c.redirect(withFlash(`/alerts/${id}`, minutes === 0 ? "unsnoozed" : "snoozed"), 303);
  });
}

const BUTTONS: Readonly<Record<AlertStatus, string>> = {
  ACKNOWLEDGED: "Acknowledge",
  RESOLVED: "Resolve",
  CLOSED: "Close",
  OPEN: "Reopen",
};

/** In the order of the usual workflow. */
const ORDER: readonly AlertStatus[] = ["ACKNOWLEDGED", "RESOLVED", "CLOSED", "OPEN"];

const SHORTCUTS: Partial<Record<AlertStatus, string>> = { ACKNOWLEDGED: "a", RESOLVED: "r" };

const SNOOZES: readonly (readonly [minutes: string, name: string])[] = [
  ["60", "1 hour"],
  ["240", "4 hours"],
  ["1440", "1 day"],
  ["10080", "1 week"],
];

/** One form: the note belongs to the button that is clicked. The Enter key adds the note alone. */
export const AlertActions: FC<{ alert: Alert }> = ({ alert }) => {
  const statuses = ORDER.filter((status) => STATUSES.includes(status) && moveOf(alert.status, status) !== null);
  return (
    <form method="post" action={`/alerts/${alert.id}/status`} class="actions alert-actions">
      <input name="note" maxlength={4000} placeholder="Note" aria-label="Note" />
      <button class="quiet" formaction={`/alerts/${alert.id}/note`}>
        Add note
      </button>
      {statuses.map((status, index) => (
        <button name="status" value={status} class={index === 0 ? "" : "quiet"} data-key={SHORTCUTS[status]}>
          {BUTTONS[status]}
        </button>
      ))}
      {isUnresolved(alert.status) ? <SnoozeActions alert={alert} /> : null}
      {/* With the script, a dialog opens. */}
      <a class="button quiet" href={`/silences/new?alert=${alert.id}`} data-silence-alert>
        Silence
      </a>
    </form>
  );
};

const SnoozeActions: FC<{ alert: Alert }> = ({ alert }) => {
  const isSnoozed = alert.snoozedUntil !== null && Date.parse(alert.snoozedUntil) > Date.now();
  const action = `/alerts/${alert.id}/snooze`;
  return (
    <>
      <Select name="minutes" label="Snooze for" value={String(HOUR / MINUTE)} options={[...SNOOZES]} />
      <button class="quiet" formaction={action}>
        Snooze
      </button>
      {isSnoozed ? (
        <button class="quiet" formaction={action} name="end" value="yes">
          End snooze
        </button>
      ) : null}
    </>
  );
};
