import { log } from "../lib/log.ts";
import { MinuteLimit } from "../lib/minute-limit.ts";
import type { RejectedAs } from "./dependencies.ts";

/** Every line is billed, so a flood is counted in the next line instead of logged line by line. */
const LINES_PER_MINUTE = 60;

const lines = new MinuteLimit(LINES_PER_MINUTE);

/**
 * Logs a rejected delivery.
 * @param integrationId null: there is no integration with the id in the URL
 */
export function logRejection(deliveryId: string, integrationId: string | null, { status, type }: RejectedAs): void {
  const omittedBefore = lines.pass(integrationId ?? "");
  if (omittedBefore === null) return;
  log.warn("delivery rejected", {
    deliveryId,
    integrationId: integrationId ?? undefined,
    status,
    problem: type,
    omittedBefore,
  });
}
