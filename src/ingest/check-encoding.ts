import { Problem } from "../lib/problem.ts";
import type { Verified } from "./delivery.ts";
import { Rejection } from "./rejection.ts";

/** Rejects bodies with a Content-Encoding. A replay reads the stored bytes as they are. */
export function checkEncoding(delivery: Verified): Verified | Rejection {
  const encoding = delivery.headers.get("content-encoding");
  if (!encoding || encoding.toLowerCase() === "identity" || delivery.replayOf) return delivery;
  return new Rejection(
    delivery,
    new Problem("unsupported-media-type", "Unsupported Content-Encoding. Send the body without one."),
    {
      reason: `unsupported content-encoding ${encoding.slice(0, 50)}`,
      verification: delivery.verification,
    },
  );
}
