/** Passwords, and the one-time tokens with which people set them: there is no mail server, so an admin hands them over. */
import { hashOf } from "./api-key.ts";
import { toBase64Url } from "./bytes.ts";
import { DAY } from "./time.ts";

/** How many characters a password has. */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/** How long a token is good: an admin may hand it over before a weekend. */
const LIFETIME_MS = 3 * DAY;
const RANDOM_BYTES = 32;

export interface PasswordToken {
  /** Shown once. */
  token: string;
  /** What is kept of it. */
  identifier: string;
  expiresAt: Date;
}

/** A new token, good from `now` (Unix ms) on. */
export async function newPasswordToken(now: number): Promise<PasswordToken> {
  const token = toBase64Url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
  // The prefix is better-auth's: `auth.api.resetPassword` looks for it.
  return { token, identifier: await hashOf(`reset-password:${token}`), expiresAt: new Date(now + LIFETIME_MS) };
}
