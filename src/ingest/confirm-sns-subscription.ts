import { connect } from "../db/client.ts";
import { describeError } from "../db/errors.ts";
import { nameTopic } from "../db/integrations.ts";
import { callObject } from "../objects/integration/client.ts";
import { isObject, parseJson } from "../lib/json.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";
import { SECOND } from "../lib/time.ts";
import { snsUrl } from "../verification/sns.ts";
import { forget, type ReadyIntegration } from "./load-integration.ts";
import { type Arrival, refuseForNow } from "./judge.ts";
import { leaveTrace } from "./record-rejection.ts";

const TIMEOUT_MS = 5 * SECOND;

/**
 * Confirms an SNS subscription, once its request is verified: pins the topic to the integration if it names none, and
 * visits the SubscribeURL. Everything that is no such request passes.
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
 * @throws Problem `unavailable` when SNS does not confirm: it then asks again
 */
export async function confirmSubscription(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  arrival: Arrival,
  integration: ReadyIntegration,
): Promise<void> {
  const { config } = integration;
  // Under any other scheme nobody has proven that the URL to visit is Amazon's.
  if (config.verification.scheme !== "sns") return;
  const request = subscriptionRequest(arrival.body.bytes);
  if (!request) return;
  const { topicArn, url } = request;
  if (!(await visit(url))) {
    const detail = "Amazon SNS did not confirm the subscription.";
    await refuse(new Problem("unavailable", detail, { headers: { "retry-after": "20" } }));
  }
  // Only now: a topic that was never confirmed must not keep the right one out.
  const pinned = await callObject(env, config.id, (object) => object.pinTopic(topicArn));
  forget(config.id);
  if (pinned !== topicArn) {
    await refuse(new Problem("verification-failed", "Another topic was confirmed for this integration."));
    return;
  }
  if (config.verification.topicArn === undefined) {
    // The object has it already; Postgres keeps it for the operator, and for an object that loses its storage.
    context.waitUntil(
      nameTopic(connect(env), config.id, topicArn).catch((error: unknown) => {
        log.warn("topic not noted", { deliveryId: arrival.id, integrationId: config.id, error: describeError(error) });
      }),
    );
  }

  async function refuse(problem: Problem): Promise<never> {
    await leaveTrace(env, config.id, refuseForNow(arrival, integration, problem));
    throw problem;
  }
}

function subscriptionRequest(body: Uint8Array): { topicArn: string; url: URL } | null {
  const message = parseJson(new TextDecoder().decode(body));
  if (!isObject(message) || message.Type !== "SubscriptionConfirmation") return null;
  const url = snsUrl(String(message.SubscribeURL));
  return url && typeof message.TopicArn === "string" ? { topicArn: message.TopicArn, url } : null;
}

async function visit(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.status === 200;
  } catch {
    return false;
  }
}
