/** The record of a rejected delivery, bounded for an unverified one: anyone can send it. */
import { safeText } from "../lib/json.ts";
import { maskText } from "../lib/mask.ts";
import type { Rejection as RejectionRecord } from "../objects/integration/rpc.ts";
import { suspectedSecrets } from "../verification/suspected.ts";
import { inflateBody } from "./check-encoding.ts";
import type { Received } from "./delivery.ts";
import { openCompressed } from "./open-compressed.ts";
import { maskSecrets, secretsOf } from "./redact.ts";
import type { Rejection } from "./rejection.ts";
import { requestRecord, verificationRecord } from "./request-record.ts";

/** What is kept of an unverified delivery. */
const MAX_UNVERIFIED_BODY_BYTES = 16 * 1024;
const MAX_UNVERIFIED_HEADER_BYTES = 4 * 1024;
const MAX_UNVERIFIED_PATH_LENGTH = 1024;

const MAX_REASON_LENGTH = 1000;

/** This many bytes behind the kept part are searched for secrets, too: one at its end is masked as a whole. */
const MASK_MARGIN_BYTES = 8 * 1024;

/** @param omittedBefore the number of rejections of this class that the edge did not record since the last one */
export function toRejectionRecord(rejection: Rejection, omittedBefore: number): RejectionRecord {
  const { isVerified, problem, reason, dependsOnConfig, isBodyUnreadable } = rejection;
  const secrets = [...secretsOf(rejection.delivery), ...(isVerified ? [] : suspectsOf(rejection.delivery))];
  const received = openCompressed(rejection.delivery, secrets, isVerified ? undefined : MAX_UNVERIFIED_BODY_BYTES);
  const delivery = isVerified ? maskSecrets(received, secrets) : maskedStart(received, secrets);
  const bodyBytes = received.body.bytes.length;
  const isCut = delivery.body.bytes.length < bodyBytes || delivery.path.length < received.path.length;
  return {
    id: received.id,
    configVersion: received.integration.config.version,
    // The body may not be JSON, or may be cut: Postgres keeps it as bytes.
    request: requestRecord(delivery, {
      bodyKind: "bytes",
      bodyBytes,
      isCut: isCut || received.body.isTooLarge,
      ...(!isVerified && { maxHeaderBytes: MAX_UNVERIFIED_HEADER_BYTES }),
    }),
    body: delivery.body.bytes,
    statusCode: problem.status,
    // It may quote the request.
    reason: maskText(safeText(reason), secrets).slice(0, MAX_REASON_LENGTH),
    isVerified,
    verification: verificationRecord(delivery, rejection.verification),
    omittedBefore,
    dependsOnConfig,
    isBodyUnreadable,
    ...(received.replayOf && { replayOf: received.replayOf.id }),
  };
}

/** The credentials that nobody checked: the record of a rejected delivery is no place for them. */
function suspectsOf({ integration, path, headers, url, body }: Received): string[] {
  const inflated = body.inflated ?? inflateBody({ headers, body });
  const content = inflated instanceof Uint8Array ? inflated : body.bytes;
  const isPathKnown = path === "" || integration.provider.compatibilityApi?.matchesPath(path) === true;
  return suspectedSecrets({ headers, url }, content, isPathKnown);
}

/** The kept part of an unverified delivery, without secrets. */
function maskedStart(delivery: Received, secrets: readonly string[]): Received {
  const { body } = delivery;
  const start = { ...body, bytes: body.bytes.slice(0, MAX_UNVERIFIED_BODY_BYTES + MASK_MARGIN_BYTES) };
  const masked = maskSecrets({ ...delivery, body: start }, secrets);
  return {
    ...masked,
    body: { ...masked.body, bytes: masked.body.bytes.slice(0, MAX_UNVERIFIED_BODY_BYTES) },
    path: masked.path.slice(0, MAX_UNVERIFIED_PATH_LENGTH),
  };
}
