import type { AlertEvent } from "../alerts/event.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseRfc3339 } from "../lib/time.ts";
import { parseAction } from "./actions.ts";
import { asObject, asText, firstText } from "./fields.ts";
import { BodyError, newEvent } from "./provider.ts";

/**
 * Reads one alert in Alertmanager's format.
 * @param group the object that contains the alert
 * @throws BodyError when the alert has neither labels nor a fingerprint
 */
export function readAlert(alert: unknown, group: JsonObject, pointer: string): AlertEvent {
  if (!isObject(alert)) throw new BodyError("expected an alert object", pointer);
  const labels = asObject(alert.labels);
  const annotations = asObject(alert.annotations);
  if (Object.keys(labels).length === 0 && asText(alert.fingerprint) === null) {
    throw new BodyError("the alert has neither labels nor a fingerprint", pointer);
  }
  // Custom scripts set the status on the group only.
  const action = parseAction(firstText(alert.status, group.status) ?? "firing") ?? "trigger";
  const [startsAt, endsAt] = [instantOf(alert.startsAt), instantOf(alert.endsAt)];
  return newEvent({
    action,
    // The fingerprint is a hash of the labels. Old versions do not send it.
    alertKey: asText(alert.fingerprint) ?? labelKey(labels),
    externalId: asText(alert.fingerprint),
    ...readText(labels, annotations),
    severity: parseSeverity(asText(labels.severity) ?? "") ?? "MEDIUM",
    source: firstText(labels.instance, labels.service, labels.job),
    url: asText(alert.generatorURL),
    occurredAt: action === "resolve" ? endsAt : startsAt,
    startedAt: action === "resolve" ? startsAt : null,
    metadata: {
      labels,
      annotations,
      receiver: group.receiver ?? null,
      groupKey: group.groupKey ?? null,
      externalUrl: group.externalURL ?? null,
    },
  });
}

/** If there is a title, the summary becomes the first line of the description. Without any name, the description is the title. */
function readText(labels: JsonObject, annotations: JsonObject): Pick<AlertEvent, "title" | "description"> {
  const [title, summary] = [asText(annotations.title), asText(annotations.summary)];
  const text = firstText(annotations.description, annotations.message);
  const name = title ?? summary ?? asText(labels.alertname);
  if (name === null) return { title: text ?? "Alertmanager alert", description: null };
  return { title: name, description: [title && summary, text].filter(Boolean).join("\n\n") || null };
}

/** An alert that has not ended has Go's zero time, which is read as null. */
const instantOf = (value: unknown): number | null => parseRfc3339(asText(value) ?? "");

/** The same labels in any order result in the same key. A label without a value is no label, as in Alertmanager. */
const labelKey = (labels: JsonObject): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== "")
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
