import { toBase64, toBase64Url } from "../../lib/bytes.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import { MINUTE } from "../../lib/time.ts";
import type { VerificationSettings } from "../../verification/settings.ts";

/** A secret of 256 random bits, in the form that the scheme's senders expect; fit for a URL. */
export function newSecret(scheme: VerificationSettings["scheme"]): string {
  const random = crypto.getRandomValues(new Uint8Array(32));
  return scheme === "standard-webhooks" ? `whsec_${toBase64(random)}` : toBase64Url(random);
}

/** A secret as the row of its integration or subscription keeps it. */
export async function encrypted(env: Env, secret: string, id: string) {
  const { keyId, ciphertext } = await (await openSecretBox(env.ENCRYPTION_KEYS)).encrypt(secret, id);
  return { secretCiphertext: ciphertext, secretKeyId: keyId };
}

/** The secret that a row has had, as it keeps it beside a new one; with no overlap it is over at once. */
export const previousSecret = (
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
