import { describe, expect, it } from "vitest";
import { contentFingerprint } from "../../src/alerts/fingerprint.ts";

describe("contentFingerprint", () => {
  it("is independent of the order of keys", async () => {
    const [a, b] = await Promise.all([
      contentFingerprint([{ a: 1, b: 2 }], []),
      contentFingerprint([{ b: 2, a: 1 }], []),
    ]);
    expect(a).toBe(b);
    expect(a).toMatch(/^[0-9a-f]{64}$/);
  });

  it("ignores volatile fields", async () => {
    const at = (occurredAt: number) => contentFingerprint([{ title: "x", occurredAt }], ["occurredAt"]);
    expect(await at(1)).toBe(await at(2));
  });

  it("distinguishes fields that would concatenate to the same text", async () => {
    const of = (title: string, description: string) => contentFingerprint([{ title, description }], []);
    expect(await of("ab", "c")).not.toBe(await of("a", "bc"));
  });
});
