import { z } from "@hono/zod-openapi";
import { parseCursor, type TimelineCursor } from "../../db/timeline.ts";
import { invalidCursor } from "../pagination.ts";

/** The cursor that means the present. */
export const NOW = "now";

/** Query parameter of the timeline and the stream. */
export const cursorQuery = z.string().min(1).max(100).optional();

/**
 * Parses a timeline cursor: a `nextCursor` of the timeline, or the id of a stream event.
 * @param field the request field with the cursor
 * @throws Problem `invalid-request` when it is invalid
 */
export function readCursor(text: string, field = "cursor"): TimelineCursor {
  const cursor = parseCursor(text);
  if (!cursor) throw invalidCursor(field);
  return cursor;
}
