/** Makes one attempt of a message, and describes it for the log. */
import { newId } from "../../lib/ids.ts";
import { type Attempt, type AttemptOutcome, MAX_LOGGED_TITLE } from "./attempt.ts";
import type { AttemptResult, OutgoingMessage } from "./dependencies.ts";
import { attempt as attemptMessage, type AttemptConfig } from "./http.ts";
import { summarize } from "./message.ts";

const outcomeOf = (result: AttemptResult): AttemptOutcome => {
  if (!result.isDelivered) return "failed";
  return result.skipped === undefined ? "delivered" : "skipped";
};

/**
 * Never rejects.
 * @param message `alertId` is null for a test message
 * @param startedAt Unix ms
 */
export async function tryMessage(
  env: Pick<Env, "ENCRYPTION_KEYS" | "AUTH_SECRET" | "INSECURE_ENDPOINTS">,
  config: AttemptConfig,
  message: Omit<OutgoingMessage, "alertId"> & { alertId: string | null },
  startedAt: number,
): Promise<{ result: AttemptResult; attempt: Attempt }> {
  const { result, request, responseBody } = await attemptMessage(env, config, message, startedAt);
  const attempt: Attempt = {
    id: newId(),
    messageId: message.id,
    alertId: message.alertId,
    ...summarize(message.body, MAX_LOGGED_TITLE),
    number: message.attempt,
    startedAt,
    durationMs: Math.max(0, Date.now() - startedAt),
    outcome: outcomeOf(result),
    statusCode: result.statusCode,
    error: result.isDelivered ? (result.skipped ?? null) : result.error,
    request,
    responseBody,
  };
  return { result, attempt };
}
