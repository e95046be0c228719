/** All unresolved alerts that a caller can see, in pages: tens of thousands of alerts do not fit into memory at once. */
import type { Context } from "hono";
import { findShownAlerts, listAlerts } from "../../db/alerts.ts";
import { type Database, withConnection } from "../../db/client.ts";
import type { Position } from "../../db/keyset.ts";
import type { ShownAlert } from "../../db/muting.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { assertSameAccess } from "../recheck-access.ts";
import { database } from "../request-scope.ts";
import { type GettableAlert, toGettableAlert } from "./alert.ts";
import type { LabelFilter } from "./filter.ts";
import { type Receiver, readReceivers } from "./receivers.ts";

/** Rows per page. */
const PAGE = 200;

const UNRESOLVED: ShownAlert["status"][] = ["OPEN", "ACKNOWLEDGED"];

export interface ListedAlert {
  id: string;
  alert: GettableAlert;
  receiver: Receiver;
}

export interface AlertReader {
  /** All unresolved alerts, newest first. */
  pages: AsyncIterable<ListedAlert[]>;
  /** Reads alerts again. Leaves out those that are resolved now. */
  find(ids: readonly string[]): Promise<ListedAlert[]>;
}

/**
 * Opens a reader of the unresolved alerts. The first page has been read then, so that its errors become responses. Every other read
 * takes a connection of its own, when the client has read what came before.
 * @param narrowed only these alerts
 */
export async function openAlertReader(c: Context<AppEnv>, narrowed: LabelFilter["indexed"]): Promise<AlertReader> {
  const visibleTeams = c.get("visibleTeams");
  const filter = { ...narrowed, status: UNRESOLVED };
  const page = (db: Database, position: Position | null) => listAlerts(db, visibleTeams, filter, position, PAGE);
  const [receivers, first] = await Promise.all([readReceivers(database(c), visibleTeams), page(database(c), null)]);
  const assertAccess = assertSameAccess(c, "alerts:read", visibleTeams);
  const later = async (read: (db: Database) => Promise<ShownAlert[]>): Promise<ShownAlert[]> => {
    await assertAccess();
    return withConnection(c.env, read);
  };
  const listed = (rows: readonly ShownAlert[]): ListedAlert[] => {
    const now = Date.now();
    return rows.map((row) => {
      const receiver = receivers.of(row.teamId);
      return { id: row.id, receiver, alert: toGettableAlert(row, receiver, now) };
    });
  };
  async function* pages(): AsyncGenerator<ListedAlert[]> {
    let rows = first;
    for (;;) {
      yield listed(rows);
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) return;
      const position: Position = { sortedBy: last.triggeredAt.getTime(), id: last.id };
      rows = await later((db) => page(db, position));
    }
  }
  return {
    pages: pages(),
    find: async (ids) => {
      const rows = await later((db) => findShownAlerts(db, ids));
      return listed(rows.filter(({ status }) => UNRESOLVED.includes(status)));
    },
  };
}
