/**
 * The credentials of a subscription: values of its custom headers, and the key of its preset. They are stored as one ciphertext, and
 * shown masked everywhere.
 */
import { type EncryptedText, openSecretBox } from "../../lib/secret-box.ts";

export interface Credentials {
  /** Values by name. */
  headers: Readonly<Record<string, string>>;
  /** Null: the preset has none. */
  presetKey: string | null;
}

export const NO_CREDENTIALS: Credentials = { headers: {}, presetKey: null };

const isEmpty = ({ headers, presetKey }: Credentials): boolean =>
  presetKey === null && Object.keys(headers).length === 0;

/** Another context than that of the signing secret, so that one ciphertext cannot take the place of the other. */
export const credentialsContext = (subscriptionId: string): string => `${subscriptionId} credentials`;

/** @returns null: nothing to store */
export async function encryptCredentials(
  encryptionKeys: string,
  subscriptionId: string,
  credentials: Credentials,
): Promise<EncryptedText | null> {
  if (isEmpty(credentials)) return null;
  const secretBox = await openSecretBox(encryptionKeys);
  return secretBox.encrypt(JSON.stringify(credentials), credentialsContext(subscriptionId));
}

/** @throws Error when they cannot be decrypted */
export async function decryptCredentials(
  encryptionKeys: string,
  subscriptionId: string,
  encrypted: EncryptedText | null,
): Promise<Credentials> {
  if (encrypted === null) return NO_CREDENTIALS;
  const secretBox = await openSecretBox(encryptionKeys);
  return JSON.parse(await secretBox.decrypt(encrypted, credentialsContext(subscriptionId))) as Credentials;
}
