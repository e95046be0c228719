/**
 * The labels of an alert, which the matchers of silences read. The SQL of muting (src/db/muting.ts) reads the same; a property
 * test compares the two.
 */
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Severity } from "./model.ts";

/** The fields of an alert that its labels come from. */
export interface LabelledAlert {
  integrationId: string;
  alertKey: string | null;
  severity: Severity;
  metadata: unknown;
}

/** The labels that Tocsin adds. They replace labels of the source with these names. */
export const OWN_LABELS = {
  severity: "tocsin_severity",
  /** The id of the integration, which outlives a change of its name. */
  integration: "tocsin_integration",
  /** Missing if the source sent no alert key. */
  alertKey: "tocsin_alert_key",
} as const;

/**
 * The labels of an alert: those of its source, unchanged, and those that Tocsin adds. The source's labels are the members of the
 * object `labels` of the metadata. Without one, they are its `tags` (an object, or a list of `name:value`) and its other fields that are
 * texts, numbers or booleans. Empty values are missing labels.
 */
export function labelsOf({ integrationId, alertKey, severity, metadata }: LabelledAlert): Record<string, string> {
  const labels = new Map(isObject(metadata) ? sourceLabels(metadata) : []);
  labels.set(OWN_LABELS.severity, severity);
  labels.set(OWN_LABELS.integration, integrationId);
  labels.set(OWN_LABELS.alertKey, alertKey ?? "");
  return Object.fromEntries([...labels].filter(([, value]) => value !== ""));
}

type Pair = [name: string, value: string];

function sourceLabels(metadata: JsonObject): Pair[] {
  const { labels, tags } = metadata;
  if (isObject(labels)) return scalars(labels);
  // A later pair with the same name replaces an earlier one: tags before fields, the first tag before others.
  return [
    ...scalars(metadata),
    ...(isObject(tags) ? scalars(tags) : Array.isArray(tags) ? tags.flatMap(tagPair).toReversed() : []),
  ];
}

const scalars = (object: JsonObject): Pair[] =>
  Object.entries(object).flatMap(([name, value]): Pair[] => {
    if (typeof value === "string" || typeof value === "boolean") return [[name, String(value)]];
    return typeof value === "number" ? [[name, plainNumber(value)]] : [];
  });

function tagPair(tag: unknown): Pair[] {
  const at = typeof tag === "string" ? tag.indexOf(":") : -1;
  return at > 0 ? [[(tag as string).slice(0, at), (tag as string).slice(at + 1)]] : [];
}

/** A number without an exponent, as Postgres writes it. */
function plainNumber(value: number): string {
  const [, sign, whole, fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value)) ?? [];
  if (whole === undefined || exponent === undefined) return String(value);
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, "0")}`;
}
