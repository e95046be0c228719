/** Dialogs that ask for a confirmation, a time or a note. Each returns the answer, or null when the user cancels. */
import type { Child } from "hono/jsx";
import { render } from "hono/jsx/dom";
import { DAY, HOUR } from "../../lib/time.ts";
import { CallError } from "./api.ts";
import { find, textOf } from "./dom.ts";

/**
 * Shows a modal dialog with a form.
 * @param content the fields
 * @param read makes the answer of the submitted form. While it throws a CallError, the dialog stays open and shows the error
 */
export function ask<Answer>(
  title: string,
  button: string,
  content: Child,
  read: (form: FormData) => Answer | Promise<Answer>,
  isDanger = false,
): Promise<Answer | null> {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const focused = document.activeElement as HTMLElement | null;
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer: Answer | null = null;
    const submit = async (event: Event) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const error = find(".error", dialog);
      try {
        answer = await read(new FormData(form));
        dialog.close();
      } catch (failure) {
        if (!(failure instanceof CallError) || !error) throw failure;
        error.textContent = failure.message;
        error.hidden = false;
      }
    };
    dialog.addEventListener("close", () => {
      dialog.remove();
      focused?.focus({ preventScroll: true });
      resolve(answer);
    });
    render(
      <>
        <h2 id="dialog-title">{title}</h2>
        <form onSubmit={(event: Event) => void submit(event)}>
          {content}
          <p class="error" role="alert" hidden />
          <div class="dialog-buttons">
            <button type="button" class="quiet" onClick={() => dialog.close()}>
              Cancel
            </button>
            <button class={isDanger ? "danger" : undefined} data-default>
              {button}
            </button>
          </div>
        </form>
      </>,
      dialog,
    );
    dialog.showModal();
    find("input, textarea, select, [data-default]", dialog)?.focus();
  });
}

export const askConfirmation = async (title: string, text: string, button: string): Promise<boolean> =>
  (await ask(title, button, <p>{text}</p>, () => true)) ?? false;

export const askNote = (title: string): Promise<string | null> =>
  ask(
    title,
    "Add note",
    <label class="field">
      <span class="name">Note</span>
      <textarea name="note" rows={4} maxlength={4000} required />
    </label>,
    (form) => textOf(form, "note"),
  );

/** Ends of a snooze. @param now Unix ms */
function snoozeEnds(now: number): [name: string, end: Date][] {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  return [
    ["1 hour", new Date(now + HOUR)],
    ["4 hours", new Date(now + 4 * HOUR)],
    ["Tomorrow, 9:00", morning],
    ["1 week", new Date(now + 7 * DAY)],
  ];
}

/** Asks until when to snooze. @returns ISO 8601 in UTC */
export function askSnooze(title: string): Promise<{ snoozedUntil: string; note: string } | null> {
  const ends = snoozeEnds(Date.now());
  return ask(
    title,
    "Snooze",
    <>
      <fieldset class="choices">
        <legend>Until</legend>
        {ends.map(([name, end], index) => (
          <label>
            <input type="radio" name="end" value={end.toISOString()} checked={index === 0} /> {name}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span class="name">Or until</span>
        <input type="datetime-local" name="exact" />
      </label>
      <label class="field">
        <span class="name">Note (optional)</span>
        <input name="note" maxlength={4000} />
      </label>
    </>,
    (form) => {
      const exact = textOf(form, "exact");
      const snoozedUntil = exact === "" ? textOf(form, "end") : new Date(exact).toISOString();
      return { snoozedUntil, note: textOf(form, "note") };
    },
  );
}
