/** Which timeline entries are signalled: alerts that are open and critical, and were not before. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";

type Entry = Pick<Schemas["TimelineEntry"], "status" | "severity" | "changes">;

/** Whether an entry makes an alert open and critical. Taking an acknowledgement back is no news. */
export function isNewCritical({ status, severity, changes }: Entry): boolean {
  if (status !== "OPEN" || severity !== "CRITICAL") return false;
  const before = (field: string): unknown => (changes[field] as { from?: unknown } | undefined)?.from;
  const hasOpened = "status" in changes && before("status") !== "ACKNOWLEDGED";
  const hasRisen = "severity" in changes && before("severity") !== "CRITICAL";
  return hasOpened || hasRisen;
}
