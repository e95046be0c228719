/** What an operator can do about a delivery that failed: it was rejected, or has unreadable events. */
import { z } from "@hono/zod-openapi";
import type { ListedDelivery } from "../../db/deliveries.ts";
import type { VerificationFailure } from "../../verification/verifier.ts";

const ACTIONS = [
  "check-secret",
  "check-token",
  "check-verification",
  "check-clock",
  "correct-mapping",
  "correct-body",
  "correct-events",
  "check-provider",
  "check-url",
  "enable-integration",
  "send-smaller",
  "change-encoding",
  "change-subscription",
  "raise-limit",
  "wait",
] as const;

type Action = (typeof ACTIONS)[number];

export const remedySchema = z
  .object({
    action: z.enum(ACTIONS).openapi("RemedyAction", { description: "The kind of action, for programs" }),
    text: z.string().openapi({ description: "The action in one or two sentences" }),
  })
  .openapi("Remedy");

type Remedy = z.infer<typeof remedySchema>;

const BY_FAILURE: Readonly<Record<VerificationFailure, Action>> = {
  missing: "check-verification",
  mismatch: "check-secret",
  untrusted: "check-verification",
  timestamp: "check-clock",
  unavailable: "wait",
};

const BY_STATUS: Readonly<Record<number, Action>> = {
  403: "change-subscription",
  404: "check-url",
  410: "enable-integration",
  413: "send-smaller",
  415: "change-encoding",
  429: "raise-limit",
};

const TEXTS: Readonly<Record<Action, string>> = {
  "check-secret":
    "Copy the secret into the source again. If nobody has it, rotate it. If the secret is right, look for a proxy that changes the body on its way.",
  "check-token": "Copy the secret into the source again. If nobody has it, rotate it.",
  "check-verification":
    "Set up the source as the setup steps say, or change the verification of the integration to what the source sends.",
  "check-clock": "Correct the clock of the sender, or raise the clock tolerance of the verification.",
  "correct-mapping": "Correct the mapping with this delivery as the sample. Then replay it.",
  "correct-body":
    "Correct the body, or the headers that describe it, in the source. Or change the integration to a provider that reads this format.",
  "correct-events":
    "Alerts may be missing: Tocsin accepted the other events without the unreadable ones. Correct these in the source. If the mapping or the provider is wrong, correct it, and replay the delivery.",
  "check-provider":
    "Check that the source sends the format of this provider. Otherwise change the provider of the integration, and replay the delivery.",
  "check-url": "Send to the URL of the integration, with the path of its provider. Check the URL in the source.",
  "enable-integration": "Enable the integration. Then replay the delivery.",
  "send-smaller": "Let the source send fewer alerts in one request, or leave out large fields.",
  "change-encoding": "Let the source send gzip, deflate or no Content-Encoding.",
  "change-subscription": "Change the URL of the subscription, which sends to its own deployment.",
  "raise-limit":
    "Raise the rate limit of the integration or the deployment, or let the source send less. Most sources retry.",
  wait: "Nothing: the source should retry. Replay the delivery if it does not.",
};

/** The part of a decision that the remedy depends on. */
interface RecordedDecision {
  verification?: { scheme?: string; failure?: VerificationFailure };
  isBodyUnreadable?: boolean;
  unreadableEvents?: object;
}

/** The remedy for a delivery that failed; null: it did not fail. @param provider of its integration */
export function remedyFor(
  { status, statusCode, decision }: Pick<ListedDelivery, "status" | "statusCode" | "decision">,
  provider: string | null,
): Remedy | null {
  const action = actionFor(status, statusCode, decision as RecordedDecision, provider);
  return action && { action, text: TEXTS[action] };
}

function actionFor(
  status: ListedDelivery["status"],
  statusCode: number,
  { verification: { failure, scheme } = {}, isBodyUnreadable = false, unreadableEvents }: RecordedDecision,
  provider: string | null,
): Action | null {
  if (status === "ACCEPTED" && unreadableEvents !== undefined) return "correct-events";
  if (status !== "REJECTED") return null;
  if (failure === "mismatch" && (scheme === "token" || scheme === "email")) return "check-token";
  if (failure !== undefined) return BY_FAILURE[failure];
  if (isBodyUnreadable) return "correct-body";
  if (statusCode === 400) return provider === "custom" ? "correct-mapping" : "check-provider";
  return BY_STATUS[statusCode] ?? "wait";
}
