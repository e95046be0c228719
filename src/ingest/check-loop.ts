import { Problem } from "../lib/problem.ts";
import type { Verified } from "./delivery.ts";
import { Rejection } from "./rejection.ts";

/** Rejects messages of this deployment's own subscriptions. Otherwise each message would open an alert that sends another one. */
export function checkLoop(delivery: Verified): Verified | Rejection {
  if (!delivery.isLoop) return delivery;
  const detail = "A subscription of this deployment sent this message. Point the subscription elsewhere.";
  return new Rejection(delivery, new Problem("forbidden", detail), { verification: delivery.verification });
}
