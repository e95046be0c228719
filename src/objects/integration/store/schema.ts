/** The tables of an integration's object. All instants are Unix ms. */

/**
 * Each step brings the tables to the next version. A released step is never edited. New steps only add tables and columns
 * with a default, so that the previous version can run on them after a rollback.
 *
 * Tables with a text key are WITHOUT ROWID: an insert writes one row instead of two.
 */
export const SCHEMA_STEPS = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL, totals TEXT) WITHOUT ROWID;
   CREATE TABLE config (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, json TEXT NOT NULL);
   CREATE TABLE dedup_keys (
     dedup_key TEXT PRIMARY KEY, delivery_id TEXT NOT NULL, first_seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     events_fingerprint TEXT, outcomes TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE early_resolves (
     alert_key TEXT PRIMARY KEY, ended_at INTEGER NOT NULL, received_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE alerts (
     ref TEXT PRIMARY KEY, id TEXT NOT NULL, alert_key TEXT, version INTEGER NOT NULL, status TEXT NOT NULL,
     severity TEXT NOT NULL, occurrences INTEGER NOT NULL, event_count INTEGER NOT NULL, last_event_at INTEGER,
     latest_arrival_at INTEGER NOT NULL,
     triggered_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, expires_at INTEGER, acknowledged_at INTEGER, resolved_at INTEGER, closed_at INTEGER,
     changed_at INTEGER NOT NULL, last_activity_at INTEGER NOT NULL, content TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE outbox (
     row INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL, bytes INTEGER NOT NULL, delivery TEXT,
     alerts TEXT NOT NULL, events TEXT NOT NULL, seen TEXT NOT NULL, body_kind TEXT NOT NULL, body BLOB, totals TEXT
   );
   CREATE TABLE quarantine (
     row INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL, bytes INTEGER NOT NULL, delivery TEXT,
     alerts TEXT NOT NULL, events TEXT NOT NULL, seen TEXT NOT NULL, body_kind TEXT NOT NULL, body BLOB,
     error TEXT NOT NULL,
     quarantined_at INTEGER NOT NULL
   );
   CREATE TABLE calls (
     caller TEXT PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL, replies TEXT NOT NULL
   ) WITHOUT ROWID;`,
];
