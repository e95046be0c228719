import { describe, expect, it } from "vitest";
import { toBase64 } from "../../src/lib/bytes.ts";
import { SecretBox } from "../../src/lib/secret-box.ts";

const key = (byte: number) => toBase64(new Uint8Array(32).fill(byte));

describe("SecretBox", () => {
  it("decrypts a secret only in its own context, and encrypts to a new ciphertext each time", async () => {
    const box = await SecretBox.open(`a:${key(1)}`);
    const [first, second] = [
      await box.encrypt("s3cret", "integration-1"),
      await box.encrypt("s3cret", "integration-1"),
    ];
    expect(await box.decrypt(first, "integration-1")).toBe("s3cret");
    expect(first.ciphertext).not.toBe(second.ciphertext);
    await expect(box.decrypt(first, "integration-2")).rejects.toThrow();
  });

  it("decrypts secrets of an older key after a newer key was added", async () => {
    const encrypted = await (await SecretBox.open(`old:${key(1)}`)).encrypt("s3cret", "x");
    const rotated = await SecretBox.open(`new:${key(2)},old:${key(1)}`);
    expect(await rotated.decrypt(encrypted, "x")).toBe("s3cret");
    expect((await rotated.encrypt("s3cret", "x")).keyId).toBe("new");
    await expect((await SecretBox.open(`new:${key(2)}`)).decrypt(encrypted, "x")).rejects.toThrow('no key "old"');
  });

  it.each(["", "a", "a:short", `:${key(1)}`])("rejects the setting %j", async (setting) => {
    await expect(SecretBox.open(setting)).rejects.toThrow("ENCRYPTION_KEYS must be");
  });
});
