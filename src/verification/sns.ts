import { fromBase64, utf8 } from "../lib/bytes.ts";
import { isObject, type JsonObject, parseJson } from "../lib/json.ts";
import { parseRfc3339, SECOND } from "../lib/time.ts";
import type { SnsSettings } from "./settings.ts";
import { certificateKey } from "./sns-certificate.ts";
import { snsUrl } from "./sns-url.ts";
import { failed, type VerificationResult, type Verifier } from "./verifier.ts";

/** Hash of each signature version. */
const HASHES: ReadonlyMap<string, "SHA-1" | "SHA-256"> = new Map([
  ["1", "SHA-1"],
  ["2", "SHA-256"],
]);

const NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"] as const;
const CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"] as const;

/** The signed fields of each message type, in byte order. */
const SIGNED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["Notification", NOTIFICATION],
  ["SubscriptionConfirmation", CONFIRMATION],
  ["UnsubscribeConfirmation", CONFIRMATION],
]);

/** The path of Amazon's certificates. The host of an S3 storage named `sns` resembles that of SNS itself. */
const CERTIFICATE = /^\/SimpleNotificationService-[0-9a-f]+\.pem$/;

/**
 * The `sns` scheme: Amazon SNS signs each message with a key and names its certificate. Anyone can own a topic with
 * valid signatures, so the topic must match as well: only messages of the configured topic are verified. While no topic is
 * configured, only the confirmation of a subscription is verified.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function snsVerifier({ topicArn, toleranceSeconds }: SnsSettings): Verifier {
  return async ({ body }, now) => {
    const message = parseMessage(body);
    const type = text(message.Type);
    const names = SIGNED.get(type);
    const hash = HASHES.get(text(message.SignatureVersion));
    const signature = fromBase64(text(message.Signature));
    const certificateUrl = text(message.SigningCertURL);
    if (!names || !hash || !signature?.length || certificateUrl === "") {
      return failed("missing", "the body is not a signed SNS message (SNS does not sign with raw message delivery)");
    }
    const fault = topicFault(topicArn, type, text(message.TopicArn));
    if (fault) return fault;

    const url = snsUrl(certificateUrl);
    if (!url || !CERTIFICATE.test(url.pathname)) return failed("untrusted", "the certificate is not one of Amazon SNS");
    const key = await certificateKey(url.href, hash, now);
    if (key === "unavailable") return failed("unavailable", "the certificate could not be fetched");
    if (key === null) return failed("untrusted", "the certificate is not valid");
    const isSigned = await crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signature, signedText(message, names));
    if (!isSigned) return failed("untrusted", "the signature does not match");

    const sentAt = parseRfc3339(text(message.Timestamp));
    if (sentAt === null || Math.abs(now - sentAt) > toleranceSeconds * SECOND) {
      return failed("timestamp", `the message is older than ${toleranceSeconds} s, or its clock is ahead`);
    }
    return { isVerified: true, secret: "current" };
  };
}

function topicFault(expected: string | undefined, type: string, topic: string): VerificationResult | null {
  if (expected === undefined && type !== "SubscriptionConfirmation") {
    return failed("untrusted", "no topic is confirmed yet");
  }
  return expected === undefined || topic === expected ? null : failed("untrusted", "the message is of another topic");
}

/** `name\nvalue\n` of each signed field that is present; SNS omits an empty subject. */
const signedText = (message: JsonObject, names: readonly string[]): Uint8Array<ArrayBuffer> =>
  utf8(
    names
      .filter((name) => typeof message[name] === "string")
      .map((name) => `${name}\n${text(message[name])}\n`)
      .join(""),
  );

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function parseMessage(body: Uint8Array): JsonObject {
  try {
    const message = parseJson(new TextDecoder().decode(body));
    return isObject(message) ? message : {};
  } catch {
    return {};
  }
}
