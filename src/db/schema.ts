/**
 * All tables of Tocsin, and the documentation of the data. Times are `timestamptz` with millisecond precision. Ids are UUIDv7
 * made by the Worker; integrations have UUIDv4, because their ids are part of ingest URLs and must not be guessable.
 */
export * from "./schema/access.ts";
export * from "./schema/alerts.ts";
export * from "./schema/silences.ts";
