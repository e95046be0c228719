import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { holdsSecret, maskBytes, maskText } from "../../src/lib/mask.ts";
import { runs } from "../support/runs.ts";

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const masked = (text: string, ...secrets: string[]) => new TextDecoder().decode(maskBytes(bytes(text), secrets));

const hex = (char: string, length: number) => char.charCodeAt(0).toString(16).padStart(length, "0");
const jsonEscape = (char: string) => `\\u${hex(char, 4)}`;
const percentEncode = (char: string) => `%${hex(char, 2)}`;

/** Ways in which one character of a secret may be written. */
const WRITERS: readonly ((char: string) => string)[] = [
  (char) => JSON.stringify(char).slice(1, -1),
  jsonEscape,
  (char) => jsonEscape(char).replace(/[a-f]/g, (digit) => digit.toUpperCase()),
  (char) => (char === "/" ? String.raw`\/` : jsonEscape(char)),
];
const URL_WRITERS: readonly ((char: string) => string)[] = [
  encodeURIComponent,
  percentEncode,
  (char) => percentEncode(char).toUpperCase(),
];

const secret = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 8,
  maxLength: 40,
});
const choices = fc.array(fc.nat(3), { minLength: 40, maxLength: 40 });
const write = (text: string, writers: typeof WRITERS, chosen: readonly number[]): string =>
  Array.from(text, (char, at) => writers[(chosen[at] ?? 0) % writers.length]?.(char)).join("");

/** Text around a secret that cannot be part of it. */
const around = fc.string({ unit: fc.constantFrom("ü", "€", " ", "\n", "😀"), maxLength: 30 });

describe("masking", () => {
  it("replaces every occurrence of a secret, and nothing else", () => {
    expect(masked('{"routing_key":"s3cret-s3cret","a":"ü s3cret-s3cret €"}', "s3cret-s3cret")).toBe(
      '{"routing_key":"*************","a":"ü ************* €"}',
    );
  });

  it("replaces a long secret as a whole, and the start of one that is cut", () => {
    const long = Array.from({ length: 400 }, (_, at) => String.fromCharCode(0x41 + ((at * 7) % 26))).join("");
    expect(masked(`a ${long} b ${long.slice(0, 300)} c`, long)).toBe(
      `a ${"*".repeat(400)} b ${"*".repeat(250)}${long.slice(250, 300)} c`,
    );
  });

  it("takes no longer for a body that resembles a long secret everywhere", () => {
    const text = "a".repeat(512 * 1024);
    const secrets = Array.from({ length: 16 }, (_, at) => `${"a".repeat(2000 - at)}b${"a".repeat(2000)}`);
    expect(masked(text, ...secrets)).not.toContain("b");
  });

  it("replaces secrets that overlap", () => {
    expect(masked("one-two-three", "one-two", "two-three")).toBe("*************");
  });

  it.each([
    ["an encoder that escapes slashes", String.raw`{"key":"ab\/cd+ef"}`, '{"key":"*********"}'],
    [".NET", String.raw`{"key":"ab/cd\u002Bef"}`, '{"key":"*************"}'],
    ["a form", "key=ab%2Fcd%2Bef&x=1", "key=************&x=1"],
    ["a form with lower-case digits", "key=ab%2fcd%2bef&x=1", "key=************&x=1"],
    [
      "a JSON text in a JSON string",
      String.raw`{"a":"{\"key\":\"ab\\/cd\\u002bef\"}"}`,
      String.raw`{"a":"{\"key\":\"****************\"}"}`,
    ],
    [
      "a URL in a JSON string",
      String.raw`{"a":"https:\/\/x.test\/?key=ab%2Fcd%2Bef"}`,
      String.raw`{"a":"https:\/\/x.test\/?key=************"}`,
    ],
    ["a URL in a URL", "next=%3Fkey%3Dab%252Fcd%252Bef", "next=%3Fkey%3D****************"],
  ])("finds a secret that was written by %s", (_, text, expected) => {
    expect(masked(text, "ab/cd+ef")).toBe(expected);
    expect(holdsSecret(text, ["ab/cd+ef"])).toBe(true);
    expect(maskText(text, ["ab/cd+ef"])).toBe(expected);
  });

  it("finds secrets in UTF-16 of either byte order", () => {
    const littleEndian = new Uint8Array(Uint16Array.from('{"key":"s3cret"}', (char) => char.charCodeAt(0)).buffer);
    const bigEndian = littleEndian.map((_, at) => littleEndian[at ^ 1] ?? 0);
    for (const body of [littleEndian, bigEndian]) {
      const result = maskBytes(body, ["s3cret"]);
      expect([result.length, new TextDecoder("latin1").decode(result).replaceAll("\0", "")]).toEqual([
        body.length,
        '{"key":"***********"}',
      ]);
    }
  });

  it("returns the same bytes if they contain no secret", () => {
    const body = bytes(String.raw`{"a":1,"b":"\u0041%41"}`);
    expect(maskBytes(body, ["s3cret"])).toBe(body);
    expect(maskBytes(body, [])).toBe(body);
    expect(maskBytes(body, [""])).toBe(body);
    expect(holdsSecret("%", ["s3cret"])).toBe(false);
  });

  property.prop([fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 })])(
    "keeps the length, and every byte around the secret, for any bytes",
    (before, after) => {
      const body = new Uint8Array([...before, ...bytes("abcdefghijkl"), ...after]);
      const result = maskBytes(body, ["abcdefghijkl"]);
      expect(result.length).toBe(body.length);
      expect(result.slice(0, before.length)).toEqual(before);
      expect(result.slice(before.length + 12)).toEqual(after);
    },
  );

  property.prop([secret, choices, around, around], { numRuns: runs(1000) })(
    "finds a secret however its characters are escaped in JSON",
    (text, chosen, before, after) => {
      const written = write(text, WRITERS, chosen);
      expect(masked(`"${before}${written}${after}"`, text)).toBe(`"${before}${"*".repeat(written.length)}${after}"`);
    },
  );

  property.prop([secret, choices, around, around], { numRuns: runs(1000) })(
    "finds a secret however its characters are encoded in URLs",
    (text, chosen, before, after) => {
      const written = write(text, URL_WRITERS, chosen);
      expect(masked(`${before}${written}${after}`, text)).toBe(`${before}${"*".repeat(written.length)}${after}`);
    },
  );

  property.prop([secret, choices], { numRuns: runs(1000) })(
    "finds a secret in a JSON text in a JSON string",
    (text, chosen) => {
      const inner = `{"key":"${write(text, WRITERS, chosen)}"}`;
      const outer = JSON.stringify({ Message: inner });
      const result = JSON.parse(masked(outer, text)) as { Message: string };
      expect(result.Message).toMatch(/^\{"key":"\*+"\}$/);
    },
  );
});
