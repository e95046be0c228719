import type { AlertContent, AlertEvent, IncomingEvent, UnreadableEvent } from "../alerts/event.ts";
import { Problem } from "../lib/problem.ts";
import type { Delivery } from "../objects/integration/rpc.ts";
import type { Decided, Submittable } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { BUSY, Rejection, rejectForCapacity, rejectUnknown } from "./rejection.ts";
import { requestRecord, verificationRecord } from "./request-record.ts";
import { successStatus } from "./respond.ts";
import { NewerConfig, type Stop } from "./stages.ts";

/** Submits a delivery to the integration's object. Once it is decided, it is durable. */
export async function submit(delivery: Submittable, dependencies: Dependencies): Promise<Decided | Stop> {
  const reply = await dependencies.submit(toRpc(delivery), delivery.integration.config);
  switch (reply.kind) {
    case "decided": {
      const { status, duplicateOf, outcomes, alertKeys, reason } = reply;
      return { ...delivery, status, duplicateOf, outcomes, alertKeys, reason };
    }
    case "newer-config":
      return new NewerConfig(reply.config);
    case "older-config":
      return rejectForCapacity(delivery, BUSY, { retryAfterSeconds: 1, isRecorded: false });
    case "overloaded": {
      const { retryAfterSeconds, isLimit = false } = reply;
      return rejectForCapacity(delivery, isLimit ? OVER_LIMIT : BUSY, { retryAfterSeconds, isRecorded: isLimit });
    }
    case "unknown":
      return rejectUnknown(delivery);
    case "failed": {
      const problem = new Problem("internal", "Internal error. Quote the instance id when you report it.");
      return new Rejection(delivery, problem, { isSendersFault: false, isRecorded: false });
    }
  }
}

const OVER_LIMIT = "This integration receives more deliveries than its rateLimitPerMinute allows. Try again later.";

function toRpc(delivery: Submittable): Delivery {
  const { integration, path, replayOf } = delivery;
  const { config, provider } = integration;
  return {
    id: delivery.id,
    configVersion: config.version,
    request: requestRecord(delivery, { bodyKind: delivery.isJson ? "json" : "bytes" }),
    body: delivery.body.bytes,
    dedupKey: delivery.dedupKey,
    isKeySigned: delivery.isKeySigned,
    eventsFingerprint: delivery.eventsFingerprint,
    idempotencyKey: delivery.idempotencyKey,
    contentFingerprint: delivery.contentFingerprint,
    events: delivery.events.map(toIncoming),
    maxLatenessMs: provider.maxLatenessMs ?? null,
    verification: verificationRecord(delivery, delivery.verification),
    note: delivery.note,
    statusCodes: {
      accepted: successStatus(provider, path, "ACCEPTED"),
      duplicate: successStatus(provider, path, "DUPLICATE"),
    },
    arrivedAt: replayOf?.receivedAt ?? delivery.receivedAt,
    ...(replayOf && { replayOf: replayOf.id }),
  };
}

function toIncoming(event: AlertEvent | UnreadableEvent): IncomingEvent | UnreadableEvent {
  if ("unreadable" in event) return event;
  const { externalId, title, description, source, url, metadata, ...decisive } = event;
  const content: AlertContent = { externalId, title, description, source, url, metadata };
  return { ...decisive, content: JSON.stringify(content) };
}
