/**
 * A second implementation of the deduplication and alert rules, as simple as possible. The harness compares Postgres with it. It
 * shares no code with src/.
 */

/** An event as the load sends it, in the format of the `generic` provider. */
export interface SentEvent {
  id: string;
  title: string;
  severity: "critical" | "high" | "low";
  status: "firing" | "resolved";
}

/** A delivery in Postgres, with the fields that the rules need. Times in Unix ms. */
export interface Recorded {
  id: string;
  status: "ACCEPTED" | "DUPLICATE";
  duplicateOf: string | null;
  /** The idempotency key; null: the content is the dedup key. */
  key: string | null;
  body: string;
  receivedAt: number;
  outcomes: string[];
}

/** An alert without its id. */
export interface ModelAlert {
  key: string;
  status: "OPEN" | "RESOLVED";
  severity: "CRITICAL" | "HIGH" | "LOW";
  occurrences: number;
}

const RANK = ["LOW", "HIGH", "CRITICAL"] as const;

/** Tolerance between the time of arrival and the time of the decision. */
const SKEW_MS = 5000;

interface First {
  id: string;
  at: number;
  /** The alert of each of its events. */
  alerts: (ModelAlert | null)[];
}

/**
 * Decides on recorded deliveries again, in their order.
 * @param windowMs the dedup window
 * @returns the alerts that must exist, and the deliveries that were decided wrongly
 */
export function expectedOutcomes(
  deliveries: readonly Recorded[],
  windowMs: number,
): { alerts: ModelAlert[]; problems: string[] } {
  const open = new Map<string, ModelAlert>();
  const alerts: ModelAlert[] = [];
  const firsts = new Map<string, First>();
  const problems: string[] = [];

  for (const delivery of deliveries) {
    const dedupKey = delivery.key === null ? `content ${delivery.body}` : `key ${delivery.key}`;
    const first = firsts.get(dedupKey);
    const age = first ? delivery.receivedAt - first.at : Number.POSITIVE_INFINITY;
    const isAlertOpen = first?.alerts.every((alert) => alert?.status === "OPEN") ?? false;
    const isDuplicate = first !== undefined && (delivery.key !== null || isAlertOpen);
    if (delivery.status === "DUPLICATE") {
      if (!first || !isDuplicate || age > windowMs + SKEW_MS) problems.push(`${delivery.id} is not a duplicate`);
      else if (delivery.duplicateOf !== first.id) problems.push(`${delivery.id} is a duplicate of ${first.id}`);
      continue;
    }
    if (isDuplicate && age < windowMs - SKEW_MS) problems.push(`${delivery.id} is a duplicate of ${first.id}`);

    const alertsOfEvents: (ModelAlert | null)[] = [];
    const outcomes = eventsOf(delivery.body).map((event) => {
      const alert = open.get(event.id);
      if (event.status === "resolved") {
        alertsOfEvents.push(alert ?? null);
        if (!alert) return "ignored";
        alert.status = "RESOLVED";
        open.delete(event.id);
        return "resolved";
      }
      const severity = event.severity.toUpperCase() as ModelAlert["severity"];
      if (alert) {
        alert.occurrences++;
        if (RANK.indexOf(severity) > RANK.indexOf(alert.severity)) alert.severity = severity;
        alertsOfEvents.push(alert);
        return "repeated";
      }
      const created: ModelAlert = { key: event.id, status: "OPEN", severity, occurrences: 1 };
      open.set(event.id, created);
      alerts.push(created);
      alertsOfEvents.push(created);
      return "created";
    });
    if (outcomes.join() !== delivery.outcomes.join()) {
      problems.push(`${delivery.id} has the outcomes ${delivery.outcomes.join()}, not ${outcomes.join()}`);
    }
    firsts.set(dedupKey, { id: delivery.id, at: delivery.receivedAt, alerts: alertsOfEvents });
  }
  return { alerts, problems };
}

const eventsOf = (body: string): SentEvent[] => {
  const value = JSON.parse(body) as SentEvent | SentEvent[];
  return Array.isArray(value) ? value : [value];
};
