/**
 * A mark on what this deployment sends to subscribers, by which it knows that when it comes back: under another host name a
 * subscription may lead to one of its own integrations, and every message would be an alert that is told of in its turn.
 */
import { toBase64Url, utf8 } from "./bytes.ts";

/** The header that bears it. */
export const LOOP_HEADER = "tocsin-origin";

/** The mark of the deployment with this AUTH_SECRET; the same for everything that it sends, and no secret. Null: there is none. */
export async function loopMark(secret: string | undefined): Promise<string | null> {
  if (!secret) return null;
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mark = await crypto.subtle.sign("HMAC", key, utf8("tocsin origin\0"));
  return toBase64Url(new Uint8Array(mark).slice(0, 16));
}

/** Whether a request is one that the deployment with this AUTH_SECRET sent itself. */
export async function isOwn(headers: Headers, secret: string | undefined): Promise<boolean> {
  const mark = headers.get(LOOP_HEADER);
  return mark !== null && mark === (await loopMark(secret));
}
