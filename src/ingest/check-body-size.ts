import { Problem } from "../lib/problem.ts";
import type { Received } from "./delivery.ts";
import { Rejection } from "./rejection.ts";

/** Rejects a body over the limit. */
export function checkBodySize(delivery: Received): Received | Rejection {
  if (!delivery.body.isTooLarge) return delivery;
  return new Rejection(delivery, new Problem("too-large", "Request body exceeds 1 MiB. Send a smaller one."));
}
