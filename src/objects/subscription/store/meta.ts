import type { OpenCircuit } from "../circuit-breaker.ts";
import type { SubscriptionConfig } from "../config.ts";
import type { Tables } from "./tables.ts";

/** Single values that the object remembers, as JSON. Instants are Unix ms. */
interface MetaValues {
  config: SubscriptionConfig;
  /** Cursor of the timeline, as text. */
  cursor: string;
  /** Missing or null: the circuit is closed. */
  circuit: OpenCircuit | null;
  /** When the subscription was last enabled. */
  resumedAt: number;
  lastDeliveredAt: number;
  lastError: string;
  /** See LastTest. */
  lastTest: { startedAt: number; error: string | null };
}

/** The table of single values. */
export class MetaTable {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** @returns null when it was never set */
  get<Name extends keyof MetaValues>(name: Name): MetaValues[Name] | null {
    const row = this.#tables.first<{ value: string }>("SELECT value FROM meta WHERE name = ?", name);
    return row ? (JSON.parse(row.value) as MetaValues[Name]) : null;
  }

  set<Name extends keyof MetaValues>(name: Name, value: MetaValues[Name]): void {
    this.#tables.write("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, JSON.stringify(value));
  }
}
