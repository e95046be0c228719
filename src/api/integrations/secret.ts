import { toBase64, toBase64Url } from "../../lib/bytes.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import type { VerificationSettings } from "../../verify/settings.ts";

/** A secret of 256 random bits, in the form that the scheme's senders expect; fit for a URL. */
export function newSecret(scheme: VerificationSettings["scheme"]): string {
  const random = crypto.getRandomValues(new Uint8Array(32));
  return scheme === "standard-webhooks" ? `whsec_${toBase64(random)}` : toBase64Url(random);
}

/** A secret as an integration's row keeps it. */
export async function sealed(env: Env, secret: string, integrationId: string) {
  const { keyId, ciphertext } = await (await openSecretBox(env.ENCRYPTION_KEYS)).seal(secret, integrationId);
  return { secretCiphertext: ciphertext, secretKeyId: keyId };
}
