/** What both lists of labels share: their parameters, and pages in the order of a text. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type LabelCount, type LabelFilter, MAX_SAMPLED } from "../../db/alert-groups.ts";
import { fromBase64, toBase64Url, utf8 } from "../../lib/bytes.ts";
import { invalidCursor, linkNext, pageQuery } from "../pagination.ts";
import { formatNumber } from "../../lib/text.ts";

/** The alerts that the lists read. */
export const SAMPLE = `Reads the newest ${formatNumber(MAX_SAMPLED)} alerts`;

export const labelQuery = {
  prefix: z.string().max(200).default("").openapi({ description: "Start of the text, in any case; empty: all" }),
  integrationId: z.uuid().optional().openapi({ description: "Only alerts of this integration" }),
  teamId: z.uuid().optional().openapi({ description: "Only alerts of this team" }),
  ...pageQuery,
  cursor: z.string().min(1).max(8000).optional().openapi({ description: "`nextCursor` of the previous page" }),
};

/** The number of alerts that were read and have the label or value. */
export const alertCount = z.int().openapi({ description: "Number of alerts with it, of those that were read" });

/** @throws Problem `invalid-request` when the cursor is invalid */
export function toLabelFilter(query: {
  prefix: string;
  integrationId?: string | undefined;
  cursor?: string | undefined;
}): LabelFilter {
  const { prefix, integrationId, cursor } = query;
  if (cursor === undefined) return { prefix, integrationId, after: null };
  const bytes = fromBase64(cursor);
  const after = bytes && new TextDecoder().decode(bytes);
  if (!after || toCursor(after) !== cursor || after.includes("\0")) throw invalidCursor();
  return { prefix, integrationId, after };
}

const toCursor = (text: string): string => toBase64Url(utf8(text));

/** Makes a page of texts. @param rows at most `limit` + 1 */
export function toTextPage<Item>(
  c: Context,
  rows: readonly LabelCount[],
  limit: number,
  toItem: (row: LabelCount) => Item,
): { data: Item[]; nextCursor: string | null } {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  if (rows.length <= limit || !last) return { data: data.map(toItem), nextCursor: null };
  const nextCursor = toCursor(last.text);
  linkNext(c, nextCursor);
  return { data: data.map(toItem), nextCursor };
}
