import { uuidv7 } from "uuidv7";
import { fromHex, toHex } from "./bytes.ts";

/** A new UUIDv7 (RFC 9562 §5.7), for every row except integrations. */
export const newId = (): string => uuidv7();

/** A new UUIDv4, for integrations: their ids are part of URLs and must reveal nothing, not even their age. */
export const newIntegrationId = (): string => crypto.randomUUID();

/** A UUIDv8 (RFC 9562 §5.8) made of a digest: the same digest results in the same id. */
export function uuidFrom(digest: Uint8Array): string {
  const bytes = digest.slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatUuid(toHex(bytes));
}

/** A UUID in canonical form from its 32 hex digits. */
export const formatUuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** The 16 bytes of a UUID in canonical form. */
export const uuidBytes = (uuid: string): Uint8Array<ArrayBuffer> =>
  fromHex(uuid.replaceAll("-", "")) ?? new Uint8Array();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID (RFC 9562) in canonical form. */
export const isUuid = (text: string): boolean => UUID.test(text);
