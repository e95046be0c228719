/**
 * The mark of a browser in which a user has signed in before. Sign-ins from it have a limit of their own, so that an attacker
 * who guesses passwords cannot lock the user out. https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 *
 * A mark is a random id and an HMAC over the id and the email address. It does not identify the user, and nothing is stored.
 */
import { equalDigests, fromBase64, toBase64Url, utf8 } from "./bytes.ts";

const RANDOM_BYTES = 16;
const TAG_BYTES = 32;

/** A mark for a user's browser. @param secret AUTH_SECRET */
export async function newMark(email: string, secret: string): Promise<string> {
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return toBase64Url(new Uint8Array([...random, ...(await tagOf(random, email, secret))]));
}

/** Whether this deployment made the mark for this user. A mark has one spelling, because its sign-ins are counted by it. */
export async function isMarkOf(mark: string, email: string, secret: string): Promise<boolean> {
  const bytes = fromBase64(mark);
  if (bytes?.length !== RANDOM_BYTES + TAG_BYTES || toBase64Url(bytes) !== mark) return false;
  return equalDigests(await tagOf(bytes.slice(0, RANDOM_BYTES), email, secret), bytes.slice(RANDOM_BYTES));
}

async function tagOf(random: Uint8Array, email: string, secret: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const message = new Uint8Array([...utf8("tocsin known browser\0"), ...random, ...utf8(email.toLowerCase())]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
