/** A place in the order of changes, as clients carry it: the id of a stream's event, the cursor of the feed. */
import type { ChangeCursor } from "../../db/changes.ts";
import { isUuid } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";

/** The place before every change. */
export const BEGINNING: ChangeCursor = { xid: 0n, version: 0, id: "00000000-0000-0000-0000-000000000000" };

/** A place as text. */
export const placeText = ({ xid, version, id }: ChangeCursor): string => `${xid}.${version}.${id}`;

/** @throws Problem `invalid-request` when it is none of ours; `field` is where it stands in the request */
export function readPlace(text: string, field: string): ChangeCursor {
  const [xid = "", version = "", id = ""] = text.split(".");
  if (/^\d{1,19}$/.test(xid) && /^\d{1,9}$/.test(version) && isUuidLike(id)) {
    return { xid: BigInt(xid), version: Number(version), id };
  }
  throw new Problem("invalid-request", "This is not a place that a stream or the feed of changes gave.", {
    errors: [{ pointer: `/${field}`, detail: "not a place in the changes" }],
  });
}

const isUuidLike = (id: string): boolean => isUuid(id) || /^[0-]{36}$/.test(id);
