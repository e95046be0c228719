import { Problem } from "../lib/problem.ts";
import type { Verified } from "./delivery.ts";
import { Rejection } from "./rejection.ts";

/** Rejects messages of this deployment's own subscriptions: each would open an alert, which sends a message, without end. */
export function checkLoop(delivery: Verified): Verified | Rejection {
  if (!delivery.isLoop) return delivery;
  const detail = "A subscription of this deployment sent this message. Point the subscription elsewhere.";
  return new Rejection(delivery, new Problem("forbidden", detail), { verification: delivery.verification });
}
