/**
 * A second, plain telling of what Tocsin decides, to hold its records against: the deliveries of an integration in the
 * order in which they were taken, and what must have come of them. It shares nothing with the code that it judges.
 */

/** An event as the load sends it: the `generic` provider's words. */
export interface SentEvent {
  id: string;
  title: string;
  severity: "critical" | "high" | "low";
  status: "firing" | "resolved";
}

/** A delivery as Postgres has it, less what no rule looks at. Instants in Unix ms. */
export interface Taken {
  id: string;
  status: "ACCEPTED" | "DUPLICATE";
  duplicateOf: string | null;
  /** The source's id of the delivery; null: its content tells it from others. */
  key: string | null;
  body: string;
  receivedAt: number;
  outcomes: string[];
}

/** An alert less its id. */
export interface ModelAlert {
  key: string;
  status: "OPEN" | "RESOLVED";
  severity: "CRITICAL" | "HIGH" | "LOW";
  occurrences: number;
}

const RANK = ["LOW", "HIGH", "CRITICAL"] as const;

/** Whoever reads the clock first and decides later may be this far apart, in ms. */
const SKEW = 5000;

interface First {
  id: string;
  at: number;
  /** What each of its events stood on when it was taken. */
  alerts: (ModelAlert | null)[];
}

/**
 * Takes deliveries again and says what is wrong with how they were taken.
 * @param windowMs how long a delivery's dedupKey is remembered
 */
export function judge(taken: readonly Taken[], windowMs: number): { alerts: ModelAlert[]; faults: string[] } {
  const open = new Map<string, ModelAlert>();
  const alerts: ModelAlert[] = [];
  const firsts = new Map<string, First>();
  const faults: string[] = [];

  for (const delivery of taken) {
    const dedupKey = delivery.key === null ? `content ${delivery.body}` : `key ${delivery.key}`;
    const first = firsts.get(dedupKey);
    const age = first ? delivery.receivedAt - first.at : Number.POSITIVE_INFINITY;
    const stands = first?.alerts.every((alert) => alert?.status === "OPEN") ?? false;
    const isHidden = first !== undefined && (delivery.key !== null || stands);
    if (delivery.status === "DUPLICATE") {
      if (!first || !isHidden || age > windowMs + SKEW) faults.push(`${delivery.id} is no duplicate`);
      else if (delivery.duplicateOf !== first.id) faults.push(`${delivery.id} is a duplicate of ${first.id}`);
      continue;
    }
    if (isHidden && age < windowMs - SKEW) faults.push(`${delivery.id} is a duplicate of ${first.id}`);

    const stood: (ModelAlert | null)[] = [];
    const outcomes = eventsOf(delivery.body).map((event) => {
      const alert = open.get(event.id);
      if (event.status === "resolved") {
        stood.push(alert ?? null);
        if (!alert) return "ignored";
        alert.status = "RESOLVED";
        open.delete(event.id);
        return "resolved";
      }
      const severity = event.severity.toUpperCase() as ModelAlert["severity"];
      if (alert) {
        alert.occurrences++;
        if (RANK.indexOf(severity) > RANK.indexOf(alert.severity)) alert.severity = severity;
        stood.push(alert);
        return "repeated";
      }
      const created: ModelAlert = { key: event.id, status: "OPEN", severity, occurrences: 1 };
      open.set(event.id, created);
      alerts.push(created);
      stood.push(created);
      return "created";
    });
    if (outcomes.join() !== delivery.outcomes.join()) {
      faults.push(`${delivery.id} did ${delivery.outcomes.join()}, not ${outcomes.join()}`);
    }
    firsts.set(dedupKey, { id: delivery.id, at: delivery.receivedAt, alerts: stood });
  }
  return { alerts, faults };
}

const eventsOf = (body: string): SentEvent[] => {
  const value = JSON.parse(body) as SentEvent | SentEvent[];
  return Array.isArray(value) ? value : [value];
};
