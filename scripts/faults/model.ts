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

/** Tolerance between the time of arrival and the time of the decision. */
const SKEW_MS = 5000;

interface First {
  id: string;
  at: number;
  /** The effect of each of its events. */
  effects: Effect[];
}

/** The alert that an event changed, and how many events had changed it after the delivery. Null: it changed none. */
type Effect = { key: string; alert: ModelAlert | null; count: number };

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
  /** How many events changed each alert. */
  const counts = new Map<ModelAlert | null, number>();
  const stands = ({ key, alert, count }: Effect) =>
    alert ? alert.status === "OPEN" && counts.get(alert) === count : !open.has(key);
  const problems: string[] = [];

  for (const delivery of deliveries) {
    const dedupKey = delivery.key === null ? `content ${delivery.body}` : `key ${delivery.key}`;
    const first = firsts.get(dedupKey);
    const age = first ? delivery.receivedAt - first.at : Number.POSITIVE_INFINITY;
    const hadEffect = first?.effects.some(({ alert }) => alert !== null) ?? false;
    const isDuplicate = first !== undefined && hadEffect && (delivery.key !== null || first.effects.every(stands));
    if (delivery.status === "DUPLICATE") {
      if (!first || !isDuplicate || age > windowMs + SKEW_MS) problems.push(`${delivery.id} is not a duplicate`);
      else if (delivery.duplicateOf !== first.id) problems.push(`${delivery.id} is a duplicate of ${first.id}`);
      continue;
    }
    if (isDuplicate && age < windowMs - SKEW_MS) problems.push(`${delivery.id} is a duplicate of ${first.id}`);

    const changed: { key: string; alert: ModelAlert | null }[] = [];
    const change = (key: string, alert: ModelAlert | null) => {
      changed.push({ key, alert });
      counts.set(alert, (counts.get(alert) ?? 0) + 1);
    };
    const outcomes = eventsOf(delivery.body).map((event) => {
      const alert = open.get(event.id);
      if (event.status === "resolved") {
        change(event.id, alert ?? null);
        if (!alert) return "ignored";
        alert.status = "RESOLVED";
        open.delete(event.id);
        return "resolved";
      }
      const severity = event.severity.toUpperCase() as ModelAlert["severity"];
      if (alert) {
        alert.occurrences++;
        alert.severity = severity;
        change(event.id, alert);
        return "repeated";
      }
      const created: ModelAlert = { key: event.id, status: "OPEN", severity, occurrences: 1 };
      open.set(event.id, created);
      alerts.push(created);
      change(event.id, created);
      return "created";
    });
    if (outcomes.join() !== delivery.outcomes.join()) {
      problems.push(`${delivery.id} has the outcomes ${delivery.outcomes.join()}, not ${outcomes.join()}`);
    }
    const effects = changed.map((effect) => ({ ...effect, count: counts.get(effect.alert) ?? 0 }));
    firsts.set(dedupKey, { id: delivery.id, at: delivery.receivedAt, effects });
  }
  return { alerts, problems };
}

const eventsOf = (body: string): SentEvent[] => {
  const value = JSON.parse(body) as SentEvent | SentEvent[];
  return Array.isArray(value) ? value : [value];
};
