import { fromBase64, toBase64, utf8 } from "./bytes.ts";

/** Encrypts secrets at rest: AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D), bound to their owner. */

export interface EncryptedText {
  /** The id of the key, so that keys can be rotated. */
  keyId: string;
  /** base64 of nonce and ciphertext. */
  ciphertext: string;
}

/** An encrypted secret, valid until `expiresAt` (Unix ms); null: the current secret. */
export interface EncryptedSecret extends EncryptedText {
  expiresAt: number | null;
}

const NONCE_BYTES = 12;

/** Encrypts and decrypts with the keys of `ENCRYPTION_KEYS`: `id:base64,…`. The first key encrypts. */
export class SecretBox {
  readonly #keys: ReadonlyMap<string, CryptoKey>;
  /** The id of the key that encrypts. */
  readonly currentId: string;

  private constructor(keys: ReadonlyMap<string, CryptoKey>, currentId: string) {
    this.#keys = keys;
    this.currentId = currentId;
  }

  /** @throws Error when the setting is malformed; the message names no key. */
  static async open(setting: string): Promise<SecretBox> {
    const keys = new Map<string, CryptoKey>();
    for (const part of setting.split(",")) {
      const [id, encoded] = part.trim().split(":");
      const bytes = encoded ? fromBase64(encoded) : null;
      if (!id || bytes?.length !== 32) throw new Error("ENCRYPTION_KEYS must be `id:base64` pairs of 32-byte keys");
      keys.set(id, await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]));
    }
    const [currentId = ""] = keys.keys();
    return new SecretBox(keys, currentId);
  }

  /** Encrypts a text. Only the same context (the id of its owner) decrypts it. */
  async encrypt(text: string, context: string): Promise<EncryptedText> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const key = this.#key(this.currentId);
    const encrypted = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv: nonce, additionalData: utf8(context) },
      key,
      utf8(text),
    );
    return { keyId: this.currentId, ciphertext: toBase64(new Uint8Array([...nonce, ...new Uint8Array(encrypted)])) };
  }

  /** @throws Error when the key is unknown, the text was changed, or the context is another. */
  async decrypt({ keyId, ciphertext }: EncryptedText, context: string): Promise<string> {
    const bytes = fromBase64(ciphertext) ?? new Uint8Array();
    const algorithm = { name: "AES-GCM", iv: bytes.slice(0, NONCE_BYTES), additionalData: utf8(context) };
    return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, this.#key(keyId), bytes.slice(NONCE_BYTES)));
  }

  /** The same text encrypted with the current key; unchanged when it already is. @throws Error as `decrypt` does */
  async reencrypt(encrypted: EncryptedText, context: string): Promise<EncryptedText> {
    return encrypted.keyId === this.currentId
      ? encrypted
      : this.encrypt(await this.decrypt(encrypted, context), context);
  }

  #key(id: string): CryptoKey {
    const key = this.#keys.get(id);
    if (!key) throw new Error(`ENCRYPTION_KEYS has no key "${id}"`);
    return key;
  }
}

let opened: { setting: string; box: Promise<SecretBox> } | undefined;

/** The box for a setting of `ENCRYPTION_KEYS`. An isolate imports its keys once. */
export function openSecretBox(setting: string): Promise<SecretBox> {
  if (opened?.setting !== setting) opened = { setting, box: SecretBox.open(setting) };
  return opened.box;
}
