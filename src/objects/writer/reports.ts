/** The last report of each object that called. In memory only: after a restart, objects report with their next call. */
import { LRUCache } from "lru-cache";
import { DAY, MINUTE } from "../../lib/time.ts";
import type { ObjectReport, WriteRequest } from "./rpc.ts";

const MAX_REPORTS = 20_000;

/** An object with rows in its outbox or quarantine reports more often. Without a report it was deleted, or uses another Writer. */
const MAX_AGE_MS = 15 * MINUTE;

/** An idle object does not report. */
const MAX_IDLE_AGE_MS = DAY;

export interface DatedReport extends ObjectReport {
  /** Unix ms. */
  reportedAt: number;
}

export class Reports {
  readonly #reports = new LRUCache<string, DatedReport>({ max: MAX_REPORTS });

  /** @returns whether the faults that the console shows have changed */
  keep(report: ObjectReport, now: number): boolean {
    const last = this.#reports.get(report.object);
    this.#reports.set(report.object, { ...report, reportedAt: now });
    return faultsOf(last) !== faultsOf(report);
  }

  /**
   * Corrects the report of a request after it was written: the object may have nothing more to send.
   * @returns whether a fault has ended
   */
  onWritten({ report, chunks }: WriteRequest): boolean {
    const last = this.#reports.get(report.object);
    if (!last || chunks.length === 0) return false;
    const written = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
    const rows = Math.max(0, last.rows - written);
    const bytes = rows === 0 ? 0 : last.bytes;
    const oldestAt = rows === 0 ? null : last.oldestAt;
    const flushedLastMinute = last.flushedLastMinute + written;
    const after = { rows, bytes, oldestAt, flushedLastMinute, flushFailures: 0, lastError: null };
    this.#reports.set(report.object, { ...last, ...after });
    return last.lastError !== null;
  }

  /** The reports that are not too old. */
  list(now: number): DatedReport[] {
    return [...this.#reports.values()].flatMap((report) => {
      const age = now - report.reportedAt;
      const isIdle = report.rows === 0 && report.quarantined === 0;
      if (age > (isIdle ? MAX_IDLE_AGE_MS : MAX_AGE_MS)) return [];
      return age > MINUTE ? { ...report, flushedLastMinute: 0 } : report;
    });
  }
}

/** The faults of an object as text. Without a report: no faults. */
const faultsOf = (report: ObjectReport | undefined): string =>
  `${report?.quarantined ?? 0} ${report?.lastError ?? ""} ${report?.isHeartbeatMissed ?? false}`;
