/** Passwords, and the password tokens to set them, each for one use. There is no mail server, so an admin passes a token on. */
import { hashOf } from "./api-key.ts";
import { toBase64Url } from "./bytes.ts";
import { DAY } from "./time.ts";

/** In characters. */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/** How long a token is valid: long enough for a weekend. */
const LIFETIME_MS = 3 * DAY;
const RANDOM_BYTES = 32;

export interface PasswordToken {
  /** Shown once. */
  token: string;
  /** Its stored form. */
  identifier: string;
  expiresAt: Date;
}

/** A new token. @param now Unix ms */
export async function newPasswordToken(now: number): Promise<PasswordToken> {
  const token = toBase64Url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
  return { token, identifier: await passwordTokenIdentifier(token), expiresAt: new Date(now + LIFETIME_MS) };
}

/** The stored form of a password token. */
export const passwordTokenIdentifier = (token: string): Promise<string> => hashOf(`password token:${token}`);
