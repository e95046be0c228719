import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fromBase32, toBase32 } from "../../src/lib/bytes.ts";
import { decodeIngestId, ingestUrlOf, readIngestId, toIngestId } from "../../src/lib/ingest-id.ts";

const KEYS = "the newest key,an older key";
const ID = "0190a5f2-6d3c-4b1e-9f00-0123456789ab";

const DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
const other = (text: string, at: number, shift: number): string => {
  const digit = DIGITS[(DIGITS.indexOf(text[at] ?? "") + shift) % DIGITS.length] ?? "";
  return text.slice(0, at) + digit + text.slice(at + 1);
};

describe("an ingest id", () => {
  it("has a fixed form and tag", () => {
    expect(toIngestId(ID, "the newest key")).toBe("agikl4tnhrfr5hyaaerukz4jvmzrgyzrkc");
  });

  test.prop([fc.uuid()])("leads back to its integration, in either case", (id) => {
    const ingestId = toIngestId(id, KEYS);
    expect(ingestId).toMatch(/^[a-z2-7]{34}$/);
    expect(readIngestId(ingestId, KEYS)).toBe(id);
    expect(readIngestId(ingestId.toUpperCase(), KEYS)).toBe(id);
    expect(decodeIngestId(ingestId)).toBe(id);
  });

  test.prop([fc.uuid(), fc.nat(33), fc.integer({ min: 1, max: 31 })])(
    "is invalid with one other character",
    (id, at, shift) => {
      expect(readIngestId(other(toIngestId(id, KEYS), at, shift), KEYS)).toBeNull();
    },
  );

  test.prop([fc.uuid()])("is made with the newest key and verified with every key", (id) => {
    expect(toIngestId(id, KEYS)).toBe(toIngestId(id, "the newest key"));
    expect(readIngestId(toIngestId(id, "an older key"), KEYS)).toBe(id);
    expect(readIngestId(toIngestId(id, "a foreign key"), KEYS)).toBeNull();
    expect(decodeIngestId(toIngestId(id, "a foreign key"))).toBe(id);
  });

  test.prop([fc.oneof(fc.string(), fc.uuid(), fc.stringMatching(/^[a-z0-9]{34}$/))])(
    "is not read from any other text",
    (text) => {
      expect(readIngestId(text, KEYS)).toBeNull();
    },
  );

  it.each(["", " ", "a key,", ",a key"])("is not made or read with an empty key (%j)", (keys) => {
    expect(() => toIngestId(ID, keys)).toThrow("INGEST_TAG_KEYS");
    expect(() => readIngestId(toIngestId(ID, KEYS), keys)).toThrow("INGEST_TAG_KEYS");
  });

  it("is the last part of the ingest URL", () => {
    const url = ingestUrlOf(ID, "https://t.test/v1/integrations?limit=1", KEYS);
    expect(url.href).toBe(`https://t.test/in/${toIngestId(ID, KEYS)}`);
  });
});

describe("base32", () => {
  test.prop([fc.uint8Array({ maxLength: 40 })])("of bytes leads back to them", (bytes) => {
    expect(fromBase32(toBase32(bytes))).toEqual(bytes);
  });

  test.prop([fc.stringMatching(/^[a-z2-7]{0,20}$/)])("has one spelling for each value", (text) => {
    const bytes = fromBase32(text);
    if (bytes) expect(toBase32(bytes)).toBe(text);
  });

  // RFC 4648 §10
  it.each([
    ["", ""],
    ["f", "my"],
    ["fo", "mzxq"],
    ["foo", "mzxw6"],
    ["foob", "mzxw6yq"],
    ["fooba", "mzxw6ytb"],
    ["foobar", "mzxw6ytboi"],
  ])("of %j is %j", (text, encoded) => {
    expect(toBase32(new TextEncoder().encode(text))).toBe(encoded);
  });
});
