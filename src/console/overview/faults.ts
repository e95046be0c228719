/** What fails now, for the overview: each fault with its advice and the page that shows it. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { capitalize } from "../../lib/text.ts";
import { MINUTE } from "../../lib/time.ts";
import { deliveriesUrl, filterOfReason } from "../pages/delivery-filter.ts";
import { plural } from "../parts/format.ts";

export interface Fault {
  title: string;
  /** The integrations or the subscription that it is about. `url` is null for a deleted integration. */
  concerns: { name: string; url: string | null }[];
  advice: string;
  /** The page that shows exactly this. */
  url: string;
  /** Start of the fault, ISO 8601; null: unknown. */
  since: string | null;
}

/** Failed deliveries are grouped over this period, as the delivery list does. */
export const FAILURES_PERIOD = "24h";

/** Rows are in the outbox for some seconds; older ones wait for something. */
const MAX_WAIT_MS = MINUTE;

interface Input {
  stats: Pick<Schemas["Stats"], "behind" | "missedHeartbeats">;
  reasons: Schemas["DeliveryReasons"]["data"];
  subscriptions: readonly Schemas["ListedSubscription"][];
  /** Names of integrations by id. */
  names: ReadonlyMap<string, string>;
  /** Unix ms. */
  now: number;
}

/** Lists faults: lost deliveries and silent sources first, then what waits, then what must be decided. */
export const findFaults = ({ stats, reasons, subscriptions, names, now }: Input): Fault[] => [
  ...reasons.map((group) => toFailure(group, names)),
  ...stats.missedHeartbeats.map((id) => toMissedHeartbeat(id, names)),
  ...subscriptions.flatMap(toSubscriptionFaults),
  ...stats.behind.flatMap((outbox) => toOutboxFaults(outbox, names, now)),
];

function integrationOf(id: string, names: Input["names"]): Fault["concerns"][number] {
  const name = names.get(id);
  return name === undefined ? { name: "Deleted integration", url: null } : { name, url: `/integrations/${id}` };
}

const toFailure = (group: Input["reasons"][number], names: Input["names"]): Fault => ({
  title: `${plural(group.count, "delivery", "deliveries")} ${failureOf(group)}`,
  concerns: group.integrationIds.map((id) => integrationOf(id, names)),
  advice: group.remedy?.text ?? "",
  url: deliveriesUrl(filterOfReason({ period: FAILURES_PERIOD }, group)),
  since: group.firstReceivedAt,
});

/** The reason of deliveries with unreadable events begins with these words. */
const failureOf = ({ hasUnreadableEvents, reason }: Input["reasons"][number]): string =>
  hasUnreadableEvents ? `with ${reason}` : `rejected: ${capitalize(reason ?? "no reason recorded")}`;

const toMissedHeartbeat = (id: string, names: Input["names"]): Fault => ({
  title: "Missed heartbeat",
  concerns: [integrationOf(id, names)],
  advice: "Check that the source runs and reaches its URL.",
  url: `/integrations/${id}`,
  since: null,
});

function toSubscriptionFaults({ id, name, state, endedAt }: Input["subscriptions"][number]): Fault[] {
  const path = `/subscriptions/${id}`;
  const concerns = [{ name, url: path }];
  if (!state)
    return [
      { title: "State unavailable", concerns, advice: "Its object does not respond. Reload.", url: path, since: null },
    ];
  const { deadLetters, isCircuitOpen, oldestPendingAt } = state;
  return [
    ...(deadLetters > 0
      ? [
          {
            title: plural(deadLetters, "dead letter"),
            concerns,
            advice: "Not delivered within 24 hours. Resend or discard.",
            url: `${path}/dead-letters`,
            since: null,
          },
        ]
      : []),
    ...(isCircuitOpen
      ? [
          {
            title: "Endpoint fails",
            concerns,
            advice: "Correct the endpoint or the URL. Messages wait up to 24 hours and are sent again.",
            url: `${path}/attempts`,
            since: oldestPendingAt,
          },
        ]
      : []),
    ...(endedAt === null
      ? []
      : [
          {
            title: "Ended by its endpoint",
            concerns,
            advice: "The endpoint answered 410. Enable the subscription again, or delete it.",
            url: path,
            since: endedAt,
          },
        ]),
  ];
}

function toOutboxFaults(
  { integrationId, rows, quarantined, oldestAt, lastError }: Input["stats"]["behind"][number],
  names: Input["names"],
  now: number,
): Fault[] {
  const concerns = [integrationOf(integrationId, names)];
  const isWaiting = rows > 0 && (lastError !== null || (oldestAt !== null && now - Date.parse(oldestAt) > MAX_WAIT_MS));
  return [
    ...(isWaiting
      ? [
          {
            title: `${plural(rows, "row")} wait${rows === 1 ? "s" : ""} for Postgres`,
            concerns,
            advice: `Check Postgres. Nothing is lost: the rows are written when it responds.${lastError === null ? "" : ` Last error: ${lastError}`}`,
            url: `/integrations/${integrationId}`,
            since: oldestAt,
          },
        ]
      : []),
    ...(quarantined > 0
      ? [
          {
            title: plural(quarantined, "quarantined row"),
            concerns,
            advice: "Postgres rejected the data. Read the error, then retry or discard.",
            url: `/integrations/${integrationId}/quarantine`,
            since: null,
          },
        ]
      : []),
  ];
}
