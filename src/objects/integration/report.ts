/** Reports the state of an object to its Writer: with every call, and by alarm while entries are in quarantine. */
import { MINUTE } from "../../lib/time.ts";
import type { ObjectReport } from "../writer/rpc.ts";
import type { Flusher } from "./flush.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Quarantine } from "./quarantine.ts";
import type { ObjectStats } from "./rpc.ts";
import type { Store } from "./store/index.ts";

/** Writers keep reports in memory only, so a restarted Writer needs them again. */
const INTERVAL_MS = 10 * MINUTE;

export interface ReportSources {
  /** The name of the object. */
  object: string;
  store: Store;
  quarantine: Quarantine;
  heartbeat: Heartbeat;
  flusher: Pick<Flusher, "rate" | "failures" | "lastError">;
}

export class Reporter {
  readonly #sources: ReportSources;
  /** Sends the report without chunks. */
  readonly #send: () => Promise<unknown>;
  #reportedAt: number | null = null;
  #reportedQuarantine = 0;

  constructor(sources: ReportSources, send: () => Promise<unknown>) {
    this.#sources = sources;
    this.#send = send;
  }

  /** The state of the object. @param now Unix ms */
  stats(now: number): ObjectStats {
    const { store, quarantine, heartbeat, flusher } = this.#sources;
    return {
      rows: store.outbox.rows,
      bytes: store.outbox.bytes,
      oldestAt: store.outbox.oldestAcceptedAt(),
      quarantined: quarantine.count(),
      flushedLastMinute: flusher.rate.lastMinute(now),
      flushFailures: flusher.failures,
      lastError: flusher.lastError,
      isHeartbeatMissed: heartbeat.isMissed,
      totals: store.outbox.totals,
    };
  }

  /** The report for a call of a Writer. @param now Unix ms */
  report(now: number): ObjectReport {
    const { object, store } = this.#sources;
    const stats = this.stats(now);
    this.#reportedAt = now;
    this.#reportedQuarantine = stats.quarantined;
    return { object, integrationId: store.config?.id ?? object, teamId: store.config?.teamId ?? null, ...stats };
  }

  /** When a report without a flush is due, in Unix ms; null: never. @param now Unix ms */
  nextRunAt(now: number): number | null {
    const quarantined = this.#sources.quarantine.count();
    if (this.#reportedAt === null) return quarantined > 0 ? now : null;
    if (quarantined !== this.#reportedQuarantine) return now;
    return quarantined > 0 ? this.#reportedAt + INTERVAL_MS : null;
  }

  /** Sends the report if it is due. @param now Unix ms */
  async run(now: number): Promise<void> {
    const at = this.nextRunAt(now);
    if (at !== null && at <= now) await this.send();
  }

  async send(): Promise<void> {
    await this.#send();
  }
}
