import { codingsOf, type InflateFault, inflate } from "../lib/content-encoding.ts";
import { Problem } from "../lib/problem.ts";
import type { Received, Verified } from "./delivery.ts";
import { MAX_BODY_BYTES } from "./read-body.ts";
import { Rejection } from "./rejection.ts";

/**
 * Inflates a body with a Content-Encoding. The signature covers the bytes as sent, and those are stored. A replay reads
 * bytes with an unsupported encoding as they are: the header may have been wrong.
 */
export function checkEncoding(delivery: Verified): Verified | Rejection {
  const inflated = inflateBody(delivery);
  if (inflated === null || (inflated === "unsupported" && delivery.replayOf)) return delivery;
  if (typeof inflated !== "string") return { ...delivery, body: { ...delivery.body, inflated } };
  const encoding = (delivery.headers.get("content-encoding") ?? "").slice(0, 50);
  return new Rejection(delivery, PROBLEMS[inflated](), {
    reason: `${REASONS[inflated]} (content-encoding ${encoding})`,
    verification: delivery.verification,
    isBodyUnreadable: inflated === "corrupt",
  });
}

/** The body without its Content-Encoding, or why it cannot be inflated; null: the body has none. */
export function inflateBody({ headers, body }: Pick<Received, "headers" | "body">) {
  const encoding = headers.get("content-encoding");
  return codingsOf(encoding).length === 0 ? null : inflate(body.bytes, encoding, MAX_BODY_BYTES);
}

const PROBLEMS: Readonly<Record<InflateFault, () => Problem>> = {
  unsupported: () =>
    new Problem(
      "unsupported-media-type",
      "Unsupported Content-Encoding. Send gzip or deflate, or no Content-Encoding.",
      {
        // RFC 9110 §12.5.3 and §15.5.16: a 415 for a content coding names the codings that are accepted.
        headers: { "accept-encoding": "gzip, deflate" },
      },
    ),
  corrupt: () =>
    new Problem(
      "invalid-body",
      "The body is not what its Content-Encoding says. Compress it as the header says, or omit the header.",
    ),
  "too-large": () => new Problem("too-large", "The inflated body exceeds 1 MiB. Send a smaller one."),
};

const REASONS: Readonly<Record<InflateFault, string>> = {
  unsupported: "unsupported content-encoding",
  corrupt: "the body cannot be inflated",
  "too-large": "the inflated body exceeds 1 MiB",
};
