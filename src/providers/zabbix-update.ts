import type { AlertEvent } from "../alerts/event.ts";
import { firstText } from "./fields.ts";
import type { Placeholders } from "./placeholders.ts";
import { noEvents, type Reading, singleEvent } from "./provider.ts";

/** The default message of an update: `Ada Lovelace (ada) acknowledged and commented problem at …`, the comment, the state. */
const DEFAULT_MESSAGE =
  /^(?<author>.{1,200}?) (?<action>(?:(?:un)?(?:acknowledged|suppressed)|commented|closed|changed severity)\b.{0,200}?) problem at .{0,40}\r?\n(?<comment>[^]*?)\r?\n\r?\n/;
/** Bounds the time of the expression above. */
const MAX_MESSAGE_LENGTH = 4096;

/**
 * Reads what a person did to a problem in Zabbix: acknowledged, unacknowledged, commented, changed severity, closed, suppressed or
 * unsuppressed it, or several of these at once. Closing it has an event of its own, the recovery.
 * @param problem the problem's event, as a trigger
 */
export function readUpdate(
  problem: AlertEvent,
  field: (...names: string[]) => string | null,
  { filledText }: Pick<Placeholders, "filledText">,
): Reading {
  const message = DEFAULT_MESSAGE.exec(problem.description?.slice(0, MAX_MESSAGE_LENGTH) ?? "")?.groups;
  const action = filledText(field("event_update_action"), message?.action);
  const note = filledText(field("event_update_message", "update_message"), message?.comment?.trim());
  const person =
    filledText(field("event_update_user", "update_user"), message?.author)?.replaceAll(/\s+/g, " ").trim() ?? null;
  const author = isHidden(person) ? null : person;
  const isAcknowledged = /^yes$/i.test(field("event_ack_status") ?? "");
  // The default message is about the update, not about the problem.
  const event: AlertEvent = { ...problem, description: message ? null : problem.description, note, author };
  const trigger: AlertEvent = { ...event, action: "trigger" };
  const acknowledge: AlertEvent = { ...event, action: "acknowledge" };
  const unacknowledge: AlertEvent = { ...trigger, endsAcknowledgement: true };

  if (action === null) {
    // A template without the action has only the state.
    if (isAcknowledged) return singleEvent(acknowledge);
    return singleEvent(note === null ? trigger : { ...event, action: "note" });
  }
  const isWithdrawn = /unacknowledged/i.test(action);
  const change = isWithdrawn ? unacknowledge : acknowledge;
  if (/changed severity/i.test(action)) {
    const events = isWithdrawn || isAcknowledged ? [trigger, change] : [trigger];
    return { events, isRecognized: true };
  }
  if (/acknowledged/i.test(action)) return singleEvent(change);
  const text = /^commented$/i.test(action) ? note : firstText([sentence(action), note].filter(Boolean).join(": "));
  return text === null
    ? noEvents(`an update without a change of state: ${action}`)
    : singleEvent({ ...event, action: "note", note: text });
}

/** What Zabbix calls people who are in no group of the user that it notifies. */
const isHidden = (person: string | null): boolean => person !== null && /^inaccessible user$/i.test(person);

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
