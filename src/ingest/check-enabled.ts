import { Problem } from "../lib/problem.ts";
import type { Verified } from "./delivery.ts";
import { Rejection } from "./rejection.ts";

/** Rejects deliveries to a disabled integration. */
export function checkEnabled(delivery: Verified): Verified | Rejection {
  if (delivery.integration.config.isEnabled) return delivery;
  const { verification } = delivery;
  return new Rejection(delivery, new Problem("disabled", "This integration is disabled. Enable it first."), {
    verification,
  });
}
