import type { Tables } from "./tables.ts";

/** A muted alert with entries that were not sent. */
export interface HeldAlert {
  alertId: string;
  /** The first of these entries. */
  entryId: string;
  /** When to ask again whether it is muted, in Unix ms. */
  until: number;
}

type Columns = { alert_id: string; entry_id: string; until: number };

export class HeldAlertTable {
  readonly #tables: Tables;
  /** Null: unknown. */
  #count: number | null = null;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  get count(): number {
    this.#count ??= this.#tables.first<{ count: number }>("SELECT count(*) AS count FROM held_alerts")?.count ?? 0;
    return this.#count;
  }

  has(alertId: string): boolean {
    return this.count > 0 && this.#until(alertId) !== null;
  }

  #until(alertId: string): number | null {
    return (
      this.#tables.first<{ until: number }>("SELECT until FROM held_alerts WHERE alert_id = ?", alertId)?.until ?? null
    );
  }

  /** Holds an alert from this entry on. One that is held keeps its first entry. */
  hold({ alertId, entryId, until }: HeldAlert): void {
    const before = this.#until(alertId);
    if (before === until) return;
    this.#tables.write(
      `INSERT INTO held_alerts (alert_id, entry_id, until) VALUES (?, ?, ?)
       ON CONFLICT (alert_id) DO UPDATE SET until = excluded.until`,
      alertId,
      entryId,
      until,
    );
    if (before === null) this.#count = null;
  }

  /** The alerts to ask about by this time, the first due first. */
  due(time: number, limit: number): HeldAlert[] {
    if (this.count === 0) return [];
    return this.#tables
      .rows<Columns>("SELECT * FROM held_alerts WHERE until <= ? ORDER BY until LIMIT ?", time, limit)
      .map((row) => ({ alertId: row.alert_id, entryId: row.entry_id, until: row.until }));
  }

  /** When to ask about the first alert, in Unix ms; null: none is held. */
  nextAt(): number | null {
    if (this.count === 0) return null;
    return this.#tables.first<{ at: number | null }>("SELECT min(until) AS at FROM held_alerts")?.at ?? null;
  }

  /** Makes alerts due at once. @param alertIds undefined: all */
  makeDue(alertIds?: readonly string[]): void {
    if (this.count === 0) return;
    if (!alertIds) this.#tables.write("UPDATE held_alerts SET until = 0 WHERE until > 0");
    for (const id of alertIds ?? []) this.#tables.write("UPDATE held_alerts SET until = 0 WHERE alert_id = ?", id);
  }

  remove(alertId: string): void {
    this.#tables.write("DELETE FROM held_alerts WHERE alert_id = ?", alertId);
    this.#count = null;
  }
}
