import { toBase64, toBase64Url } from "../../lib/bytes.ts";
import { newEmailToken } from "../../lib/email-address.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import { MINUTE } from "../../lib/time.ts";
import type { VerificationSettings } from "../../verification/settings.ts";

/** Generates a secret of 256 random bits in the form that the scheme expects; a token is safe in a URL. */
export function newSecret(scheme: VerificationSettings["scheme"]): string {
  if (scheme === "email") return newEmailToken();
  const random = crypto.getRandomValues(new Uint8Array(32));
  return scheme === "standard-webhooks" ? `whsec_${toBase64(random)}` : toBase64Url(random);
}

/** Encrypts the secret of an integration or subscription and returns the columns of its row. */
export async function encryptSecret(env: Env, secret: string, id: string) {
  const { keyId, ciphertext } = await (await openSecretBox(env.ENCRYPTION_KEYS)).encrypt(secret, id);
  return { secretCiphertext: ciphertext, secretKeyId: keyId };
}

/** Decrypts the current secret of a row. */
export const decryptSecret = async (
  env: Env,
  { id, secretCiphertext, secretKeyId }: { id: string; secretCiphertext: string; secretKeyId: string },
): Promise<string> =>
  (await openSecretBox(env.ENCRYPTION_KEYS)).decrypt({ keyId: secretKeyId, ciphertext: secretCiphertext }, id);

/** The columns that keep a row's secret as the previous one until the overlap ends. */
export const previousSecretColumns = (
  { secretCiphertext, secretKeyId }: { secretCiphertext: string; secretKeyId: string },
  overlapMinutes: number,
) =>
  overlapMinutes === 0
    ? { previousSecretCiphertext: null, previousSecretKeyId: null, previousSecretExpiresAt: null }
    : {
        previousSecretCiphertext: secretCiphertext,
        previousSecretKeyId: secretKeyId,
        previousSecretExpiresAt: new Date(Date.now() + overlapMinutes * MINUTE),
      };
