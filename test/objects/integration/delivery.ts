/** Deliveries as the edge submits them, for tests that call the object itself. */
import type { IncomingEvent } from "../../../src/alerts/event.ts";
import { newId } from "../../../src/lib/ids.ts";
import type { Call, Delivery, IntegrationConfig, RequestRecord } from "../../../src/objects/integration/rpc.ts";

let calls = 0;

/** A call that was not made before. */
export const newCall = (): Call => ({ caller: "test", number: ++calls });

const CONTENT = '{"externalId":null,"title":"t","description":null,"source":null,"url":null,"metadata":{}}';

export const eventOf = (action: IncomingEvent["action"], alertKey: string | null): IncomingEvent => ({
  action,
  alertKey,
  eventId: null,
  severity: "LOW",
  occurredAt: null,
  endsAcknowledgement: false,
  startedAt: null,
  expiresAt: null,
  snoozedUntil: null,
  note: null,
  author: null,
  content: CONTENT,
});

export const requestRecord = (bodyKind: RequestRecord["bodyKind"]): RequestRecord => ({
  columns: JSON.stringify({
    headers: {},
    content_type: null,
    source_ip: null,
    body_bytes: 2,
    is_body_cut: false,
    received_at: new Date().toISOString(),
  }),
  bodyKind,
});

/** A verified delivery without events, under a unique dedup key. */
export function deliveryFor(config: IntegrationConfig): Delivery {
  const id = newId();
  return {
    id,
    configVersion: config.version,
    request: requestRecord("json"),
    body: new TextEncoder().encode("{}"),
    dedupKey: { kind: "key", value: id },
    isKeySigned: false,
    eventsFingerprint: "0".repeat(64),
    idempotencyKey: id,
    contentFingerprint: "0".repeat(64),
    events: [],
    maxLatenessMs: null,
    arrivedAt: Date.now(),
    verification: {},
    note: null,
  };
}
