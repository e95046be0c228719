/**
 * A mark on the messages of this deployment's subscriptions. The endpoint of a subscription may be an integration of
 * the same deployment under another host name. Without the mark, each message would open an alert that sends another one.
 */
import { toBase64Url, utf8 } from "./bytes.ts";

/** The header with the mark. */
export const LOOP_HEADER = "tocsin-origin";

/** The mark of a deployment. It is no secret. Null: the deployment has no AUTH_SECRET. */
export async function loopMark(authSecret: string | undefined): Promise<string | null> {
  if (!authSecret) return null;
  const key = await crypto.subtle.importKey("raw", utf8(authSecret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const mark = await crypto.subtle.sign("HMAC", key, utf8("tocsin origin\0"));
  return toBase64Url(new Uint8Array(mark).slice(0, 16));
}

/** Whether the deployment with this AUTH_SECRET sent a request with these headers. */
export async function isFromThisDeployment(headers: Headers, authSecret: string | undefined): Promise<boolean> {
  const mark = headers.get(LOOP_HEADER);
  return mark !== null && mark === (await loopMark(authSecret));
}
