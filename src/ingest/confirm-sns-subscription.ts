import { isObject, parseJson } from "../lib/json.ts";
import { Problem } from "../lib/problem.ts";
import { snsUrl } from "../verification/sns-url.ts";
import type { Submittable } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { Rejection, rejectForCapacity } from "./rejection.ts";

/**
 * Confirms an SNS subscription whose request is verified: visits the SubscribeURL, then pins the topic to the integration.
 * Passes every other delivery. SNS repeats the request until it gets 2xx.
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
 */
export async function confirmSnsSubscription(
  delivery: Submittable,
  { visitSubscribeUrl, pinSnsTopic }: Dependencies,
): Promise<Submittable | Rejection> {
  // No other scheme verifies that the URL is Amazon's.
  if (delivery.integration.config.verification.scheme !== "sns") return delivery;
  // SNS sends JSON; a dry run or a replay may have another body.
  const request = delivery.isJson ? subscriptionRequest(delivery.body.bytes) : null;
  if (!request) return delivery;
  if (!(await visitSubscribeUrl(request.url))) {
    const detail = "Amazon SNS did not confirm the subscription. Try again later.";
    return rejectForCapacity(delivery, detail, { retryAfterSeconds: 20, isRecorded: true });
  }
  // Pinned only now: an unconfirmed topic must not block the right one.
  if ((await pinSnsTopic(delivery, request.topicArn)) === request.topicArn) return delivery;
  const detail = "Another SNS topic is confirmed for this integration. Set `topicArn` to change it.";
  return new Rejection(delivery, new Problem("verification-failed", detail), { isSendersFault: false });
}

function subscriptionRequest(body: Uint8Array): { topicArn: string; url: URL } | null {
  const message = parseJson(new TextDecoder().decode(body));
  if (!isObject(message) || message.Type !== "SubscriptionConfirmation") return null;
  const url = snsUrl(String(message.SubscribeURL));
  return url && typeof message.TopicArn === "string" ? { topicArn: message.TopicArn, url } : null;
}
