import { Problem } from "../lib/problem.ts";
import type { Submittable } from "./delivery.ts";
import { Rejection } from "./rejection.ts";
import { MAX_ROW_BYTES, outcomesSize, recordSize } from "./stored-size.ts";

/** Rejects a delivery whose outcomes no row can hold: every attempt would fail. */
export function checkStorable(delivery: Submittable): Submittable | Rejection {
  const { events, body, headers, verification } = delivery;
  const needed = Math.max(outcomesSize(events), recordSize(body.bytes.length, headers, events.length));
  if (needed <= MAX_ROW_BYTES) return delivery;
  const detail = `The ${events.length} events are too many for one delivery of this size. Send fewer events at once.`;
  return new Rejection(delivery, new Problem("too-large", detail), { verification });
}
