/** Explains the decision on a delivery: what it means, and what to do about it. Pure. The reason itself is a field of the delivery. */
import type { Schemas } from "../../packages/client/src/index.ts";

type Delivery = Schemas["DeliveryDetail"];
type Outcome = Schemas["EventOutcome"];

interface Explanation {
  /** What the decision means, in sentences. */
  meaning: string[];
  /** What to do, most useful first; empty: nothing. */
  whatToDo: string[];
}

/** What each outcome of an event means. */
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  created: "opened an alert",
  repeated: "is another occurrence of an unresolved alert, or ended its acknowledgement",
  acknowledged: "acknowledged an alert",
  resolved: "resolved an alert",
  noted: "added a comment to the timeline of an alert",
  snoozed: "muted an alert until a time",
  alive: "is a heartbeat: no alert had to be resolved",
  stale: "is older than the newest event of its alert, or than its resolve, and changed nothing",
  ignored: "had no effect: it found no alert that it could change, or could not be read",
  duplicate: "was received before and changed nothing",
};

/** @param original the delivery that a duplicate repeats; null: unknown */
export function explainDelivery(delivery: Delivery, original: Delivery | null): Explanation {
  const { meaning, whatToDo } = explainDecision(delivery, original);
  return { meaning, whatToDo: delivery.suggestedProvider ? [delivery.suggestedProvider.text, ...whatToDo] : whatToDo };
}

function explainDecision(delivery: Delivery, original: Delivery | null): Explanation {
  switch (delivery.status) {
    case "ACCEPTED":
      return explainAccepted(delivery);
    case "DUPLICATE":
      return explainDuplicate(delivery, original);
    case "REJECTED":
      return explainRejected(delivery);
  }
}

function explainAccepted({ events, remedy }: Delivery): Explanation {
  if (events.length === 0) {
    return {
      meaning: ["The delivery was processed. It carries no event, so no alert changed: the reason says why."],
      whatToDo: [
        "If it should open an alert, run a dry run of its body and correct the mapping or the source's template.",
      ],
    };
  }
  const isWithoutResult = events.every(({ outcome }) => ["stale", "ignored", "duplicate"].includes(outcome));
  return {
    meaning: ["The delivery was processed.", ...outcomeSentences(events)],
    whatToDo: remedy
      ? [remedy.text]
      : isWithoutResult
        ? [
            "Nothing, unless you expected a change: compare the alert key and the dates of the events with the alert's timeline.",
          ]
        : [],
  };
}

const outcomeSentences = (events: Delivery["events"]): string[] =>
  [...Map.groupBy(events, ({ outcome }) => outcome)].map(
    ([outcome, { length }]) => `${length === 1 ? "One event" : `${length} events`} (${outcome}): ${OUTCOMES[outcome]}.`,
  );

function explainDuplicate({ decision, duplicateOf, idempotencyKey }: Delivery, original: Delivery | null): Explanation {
  const { windowEndsAt } = decision as { windowEndsAt?: string };
  const key = idempotencyKey === null ? "content" : "idempotency key or content";
  return {
    meaning: [
      `An accepted delivery with the same ${key} arrived before, within the dedup window` +
        `${windowEndsAt === undefined ? "" : `, which ends at ${windowEndsAt}`}. This one changed nothing but \`lastSeenAt\`.`,
      ...(original ? [`The first one was received at ${original.receivedAt}.`] : []),
    ],
    whatToDo: [
      `Nothing: its alerts are those of delivery ${duplicateOf ?? "before it"}.`,
      "If it reports another problem, let the source send another alert key or idempotency key, or shorten `deduplicationWindowMinutes` of the integration.",
    ],
  };
}

function explainRejected({ statusCode, isBodyCut, decision, remedy }: Delivery): Explanation {
  const { omittedBefore = 0 } = decision as { omittedBefore?: number };
  return {
    meaning: [
      `The delivery was answered with ${statusCode} and changed nothing.`,
      ...(omittedBefore > 0 ? [`${omittedBefore} earlier rejections of the integration are not recorded.`] : []),
      ...(isBodyCut ? ["Only the start of its body is stored, so it cannot be replayed."] : []),
    ],
    whatToDo: remedy === null ? [] : [remedy.text],
  };
}
