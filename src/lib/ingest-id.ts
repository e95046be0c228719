/**
 * Ingest ids, the last part of ingest URLs: the 16 bytes of the integration's UUID in base32 (26 characters), and a check
 * tag over them that only this deployment can make (8 characters). An id with a made-up tag is rejected without a look-up.
 * The tag protects against the cost of made-up ids; it grants no access. An id is in lower case and short, so that it can
 * also be part of an email address.
 */
import { createHmac } from "node:crypto";
import { LRUCache } from "lru-cache";
import { equalDigests, fromBase32, toBase32, toHex, utf8 } from "./bytes.ts";
import { formatUuid, isUuid, uuidBytes } from "./ids.ts";
import { Problem } from "./problem.ts";

const TAG_BYTES = 5;

/** The form of an ingest id. */
export const INGEST_ID = /^[a-z2-7]{34}$/;

/** Characters of the integration's id. */
const ID_LENGTH = 26;

/**
 * The ingest id of an integration, made with the newest key.
 * @param keys INGEST_TAG_KEYS: secrets separated by commas, the newest first
 */
export function toIngestId(integrationId: string, keys: string): string {
  const [newest = ""] = keyList(keys);
  return toBase32(uuidBytes(integrationId)) + toBase32(tagOf(integrationId, newest));
}

/**
 * The ingest URL of an integration.
 * @param requestUrl any URL of this deployment
 * @param keys INGEST_TAG_KEYS
 */
export const ingestUrlOf = (integrationId: string, requestUrl: string, keys: string): URL =>
  new URL(`/in/${toIngestId(integrationId, keys)}`, requestUrl);

/** The integration id in a well-formed ingest id, in either case; else null. Does not check the tag. */
export function decodeIngestId(text: string): string | null {
  const lower = text.toLowerCase();
  const bytes = INGEST_ID.test(lower) ? fromBase32(lower.slice(0, ID_LENGTH)) : null;
  const id = bytes && formatUuid(toHex(bytes));
  return id !== null && isUuid(id) ? id : null;
}

/**
 * The integration id in an ingest id of this deployment; null: it is not well-formed, or no key made its tag.
 * @param keys INGEST_TAG_KEYS
 */
export function readIngestId(text: string, keys: string): string | null {
  if (keys !== checkedWith) {
    checked.clear();
    checkedWith = keys;
  }
  const known = checked.get(text);
  if (known !== undefined) return known;
  const id = decodeIngestId(text);
  const tag = fromBase32(text.toLowerCase().slice(ID_LENGTH));
  if (id === null || !tag || !keyList(keys).some((key) => equalDigests(tagOf(id, key), tag))) return null;
  checked.set(text, id);
  return id;
}

/** Ids whose tag is good, by their text. Made-up ones are not remembered, so they displace none. */
const checked = new LRUCache<string, string>({ max: 1000 });
let checkedWith = "";

/** @throws Problem `unavailable` when a key is empty: its tags would protect nothing */
function keyList(setting: string | undefined): string[] {
  const keys = (setting ?? "").split(",").map((key) => key.trim());
  if (keys.includes("")) {
    throw new Problem("unavailable", "Ingest is not configured. Set the Worker secret INGEST_TAG_KEYS.");
  }
  return keys;
}

const tagOf = (integrationId: string, key: string): Uint8Array =>
  createHmac("sha256", utf8(key))
    .update("tocsin ingest id\0")
    .update(uuidBytes(integrationId))
    .digest()
    .subarray(0, TAG_BYTES);
