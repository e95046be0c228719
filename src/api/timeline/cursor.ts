import { type TimelineCursor, parseCursor } from "../../db/timeline.ts";
import { Problem } from "../../lib/problem.ts";

/**
 * A place in the order of changes, as clients carry it.
 * @param field where it stands in the request
 * @throws Problem `invalid-request` when it is none of ours
 */
export function readCursor(text: string, field: string): TimelineCursor {
  const place = parseCursor(text);
  if (place) return place;
  throw new Problem("invalid-request", "This is not a place that a stream or the feed of changes gave.", {
    errors: [{ pointer: `/${field}`, detail: "not a place in the changes" }],
  });
}
