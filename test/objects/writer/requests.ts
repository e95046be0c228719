/** Requests as the objects of integrations send them. */
import type { ObjectReport, WriteRequest } from "../../../src/objects/writer/rpc.ts";

/** The report of an object in which nothing waits. */
export const reportOf = (object: string, fields: Partial<ObjectReport> = {}): ObjectReport => ({
  object,
  integrationId: object.split("/")[0] ?? object,
  teamId: null,
  rows: 0,
  bytes: 0,
  oldestAt: null,
  quarantined: 0,
  flushedLastMinute: 0,
  flushFailures: 0,
  lastError: null,
  isHeartbeatMissed: false,
  totals: {},
  ...fields,
});

/** A request of an integration's object with one chunk. @param fields.bytes of its bodies */
export const requestOf = (
  integrationId: string,
  { bytes = 10, ...fields }: Partial<WriteRequest> & { bytes?: number } = {},
): WriteRequest => ({
  integrationId,
  chunks: [{ entries: "[{}]", rows: 1, bodies: new Uint8Array(bytes) }],
  isUrgent: false,
  report: reportOf(integrationId),
  ...fields,
});
