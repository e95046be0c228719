import { fnv1a64 } from "../../lib/fnv1a.ts";
import { OWN_LABELS } from "../../alerts/labels.ts";

/** Ends each name and each value. It occurs in no UTF-8. */
const SEPARATOR = 0xff;

/**
 * Returns the fingerprint of a label set, as Alertmanager computes it.
 * https://github.com/prometheus/common/blob/main/model/signature.go (`labelSetToFingerprint`)
 */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder();
  const bytes = Object.entries(labels)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, value]) => [...encoder.encode(name), SEPARATOR, ...encoder.encode(value), SEPARATOR]);
  return fnv1a64(Uint8Array.from(bytes));
}

/**
 * Returns the fingerprint of an alert. It covers only the labels that identify the alert, so that it stays the same while others
 * change, such as the severity. An alert without a key is identified by its id.
 */
export const alertFingerprint = (alert: { id: string; integrationId: string; alertKey: string | null }): string =>
  fingerprintOf({
    [OWN_LABELS.integration]: alert.integrationId,
    ...(alert.alertKey === null ? { id: alert.id } : { [OWN_LABELS.alertKey]: alert.alertKey }),
  });
