import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../src/ingest/redact.ts";
import { spellings } from "../../src/lib/sensitive.ts";

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const masked = (text: string, ...secrets: string[]) =>
  new TextDecoder().decode(maskSecrets(bytes(text), secrets.flatMap(spellings)));

describe("masking", () => {
  it("replaces every occurrence of a secret, and nothing else", () => {
    expect(masked('{"routing_key":"s3cret-s3cret","a":"ü s3cret-s3cret €"}', "s3cret-s3cret")).toBe(
      '{"routing_key":"*************","a":"ü ************* €"}',
    );
  });

  it("finds the spellings of JSON and of forms", () => {
    expect(masked(String.raw`{"key":"ab\/cd+ef"}`, "ab/cd+ef")).toBe('{"key":"*********"}');
    expect(masked("key=ab%2Fcd%2Bef&x=1", "ab/cd+ef")).toBe("key=************&x=1");
  });

  it("finds secrets in UTF-16 of either byte order", () => {
    const littleEndian = new Uint8Array(Uint16Array.from('{"key":"s3cret"}', (char) => char.charCodeAt(0)).buffer);
    const bigEndian = littleEndian.map((_, at) => littleEndian[at ^ 1] ?? 0);
    for (const body of [littleEndian, bigEndian]) {
      const result = maskSecrets(body, ["s3cret"]);
      expect([result.length, new TextDecoder("latin1").decode(result).replaceAll("\0", "")]).toEqual([
        body.length,
        '{"key":"***********"}',
      ]);
    }
  });

  it("returns the same bytes if they contain no secret", () => {
    const body = bytes('{"a":1}');
    expect(maskSecrets(body, ["s3cret"])).toBe(body);
  });

  property.prop([fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 })])(
    "keeps the length, and every byte around the secret, for any bytes",
    (before, after) => {
      const body = new Uint8Array([...before, ...bytes("abcdefghijkl"), ...after]);
      const result = maskSecrets(body, ["abcdefghijkl"]);
      expect(result.length).toBe(body.length);
      expect(result.slice(0, before.length)).toEqual(before);
      expect(result.slice(before.length + 12)).toEqual(after);
    },
  );
});
