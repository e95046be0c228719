/** The last report of each object that called. In memory only: after a restart, objects report with their next call. */
import { LRUCache } from "lru-cache";
import { DAY, MINUTE } from "../../lib/time.ts";
import type { ObjectReport } from "./rpc.ts";

const MAX_REPORTS = 20_000;

/** An object whose rows wait, or are in quarantine, reports more often than that: it is deleted, or reports to another Writer. */
const MAX_AGE_MS = 15 * MINUTE;

/** An idle object has nothing to report. */
const MAX_IDLE_AGE_MS = DAY;

export interface DatedReport extends ObjectReport {
  /** Unix ms. */
  reportedAt: number;
}

export class Reports {
  readonly #reports = new LRUCache<string, DatedReport>({ max: MAX_REPORTS });

  keep(report: ObjectReport, now: number): void {
    this.#reports.set(report.object, { ...report, reportedAt: now });
  }

  /** The reports that are not too old. */
  list(now: number): DatedReport[] {
    return [...this.#reports.values()].filter(({ reportedAt, rows, quarantined }) => {
      const isIdle = rows === 0 && quarantined === 0;
      return now - reportedAt <= (isIdle ? MAX_IDLE_AGE_MS : MAX_AGE_MS);
    });
  }
}
