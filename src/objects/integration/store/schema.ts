/** The tables of an integration's object. All instants are Unix ms. */

/**
 * Entries under text keys. An entry that is too large for one row has several: `pieces` is their number, `piece` counts from
 * 0. Pieces beyond that number are left from an earlier entry.
 */
export const entryTable = (name: string): string =>
  `CREATE TABLE ${name} (
     key TEXT NOT NULL, piece INTEGER NOT NULL, pieces INTEGER NOT NULL, keep_until INTEGER NOT NULL, entry TEXT NOT NULL,
     PRIMARY KEY (key, piece)
   ) WITHOUT ROWID;`;

/**
 * Each step brings the tables to the next version. A released step is never edited. New steps only add tables and columns
 * with a default, so that the previous version can run on them after a rollback.
 *
 * Tables with a text key are WITHOUT ROWID: an insert writes one row instead of two. Large columns come last, so that
 * SQLite finds the others without reading them.
 */
export const SCHEMA_STEPS = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE config (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, json TEXT NOT NULL);
   ${entryTable("dedup_keys_0")}
   ${entryTable("dedup_keys_1")}
   ${entryTable("replay_keys")}
   CREATE TABLE early_resolves (
     alert_key TEXT PRIMARY KEY, ended_at INTEGER NOT NULL, received_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE alerts (
     ref TEXT PRIMARY KEY, id TEXT NOT NULL, alert_key TEXT, version INTEGER NOT NULL, status TEXT NOT NULL,
     status_set_by TEXT, severity TEXT NOT NULL, occurrences INTEGER NOT NULL, event_count INTEGER NOT NULL, last_event_at INTEGER,
     latest_arrival_at INTEGER NOT NULL,
     triggered_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, expires_at INTEGER, acknowledged_at INTEGER,
     acknowledged_by TEXT, acknowledged_by_name TEXT, resolved_at INTEGER, closed_at INTEGER, snoozed_until INTEGER,
     changed_at INTEGER NOT NULL, last_activity_at INTEGER NOT NULL, content TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE heartbeats (
     key TEXT PRIMARY KEY, last_received_at INTEGER NOT NULL, waiting_since INTEGER NOT NULL, title TEXT NOT NULL, labels TEXT
   ) WITHOUT ROWID;
   CREATE TABLE outbox (
     key INTEGER PRIMARY KEY, piece INTEGER NOT NULL, accepted_at INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
     rows INTEGER NOT NULL, bytes INTEGER NOT NULL, totals TEXT NOT NULL, entries TEXT NOT NULL, bodies BLOB
   );
   CREATE TABLE quarantine (
     row INTEGER NOT NULL, piece INTEGER NOT NULL, accepted_at INTEGER NOT NULL, quarantined_at INTEGER NOT NULL,
     bytes INTEGER NOT NULL, error TEXT NOT NULL, entry TEXT NOT NULL, body BLOB,
     PRIMARY KEY (row, piece)
   );
   CREATE TABLE debts (reader TEXT PRIMARY KEY, xid TEXT NOT NULL) WITHOUT ROWID;`,
];
