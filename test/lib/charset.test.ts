import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/lib/bytes.ts";
import { charsetOf, decodeText, readText, UnknownCharsetError } from "../../src/lib/charset.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf16le = (text: string): Uint8Array =>
  new Uint8Array(Uint16Array.from(text, (char) => char.charCodeAt(0)).buffer);
const textOf = (bytes: Uint8Array, charset: string | null = null): string => decodeText(bytes, charset).text;

describe("decodeText", () => {
  it.each([
    ["ISO-8859-1", latin1("Büro"), "Büro"],
    ["windows-1252", new Uint8Array([0x80, 0x93, 0xf6]), "€“ö"],
    ["iso-8859-15", new Uint8Array([0xa4]), "€"],
    ["windows-1251", new Uint8Array([0xf6, 0xff]), "ця"],
    ["koi8-r", new Uint8Array([0xc4]), "д"],
    ["Shift_JIS", new Uint8Array([0x83, 0x65, 0x83, 0x58, 0x83, 0x67]), "テスト"],
    ["euc-kr", new Uint8Array([0xb0, 0xa1]), "가"],
    ["gb18030", new Uint8Array([0xd6, 0xd0]), "中"],
    ["utf-16", utf16le("Büro"), "Büro"],
    ["UTF8", utf8("Büro"), "Büro"],
  ])("honours the declared charset %s", (charset, bytes, text) => {
    expect(decodeText(bytes, charset)).toMatchObject({ text, isRepaired: false });
  });

  it("prefers a byte order mark, and leaves it out", () => {
    expect(textOf(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]), "iso-8859-1")).toBe("a");
    expect(textOf(new Uint8Array([0xff, 0xfe, ...utf16le("aü")]))).toBe("aü");
    expect(textOf(new Uint8Array([0xfe, 0xff, 0, 0x61]), "utf-8")).toBe("a");
  });

  it("rejects a charset that does not exist", () => {
    expect(() => decodeText(latin1("a"), "utf-7")).toThrow(UnknownCharsetError);
    expect(() => decodeText(latin1("a"), "nonsense")).toThrow("unknown charset nonsense");
  });

  it("reads as windows-1252 what is not in the declared charset or in UTF-8", () => {
    for (const charset of [null, "utf-8", "shift_jis"]) {
      expect(decodeText(latin1("B\xfcro\xff"), charset)).toMatchObject({ text: "Büroÿ", isRepaired: true });
    }
  });

  it("keeps the texts of a body that are UTF-8 beside others that are not", () => {
    const bytes = new Uint8Array([...utf8('{"host":"Büro","output":"'), ...latin1("Gr\xf6\xdfe"), ...utf8('"}')]);
    expect(textOf(bytes)).toBe('{"host":"Büro","output":"Größe"}');
  });

  it("is fast for a body of nothing but faulty texts", () => {
    const bytes = new Uint8Array(1024 * 1024).map((_, at) => (at % 2 === 0 ? 0xff : 0x22));
    expect(textOf(bytes).length).toBe(bytes.length);
  });

  it("recognizes bytes that are UTF-8", () => {
    const isPlain = (bytes: Uint8Array, charset: string | null) => decodeText(bytes, charset).isPlainUtf8;
    expect([isPlain(utf8("ü"), null), isPlain(utf8("a"), "iso-8859-1"), isPlain(utf8("a"), "utf-16be")]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isPlain(latin1("\xfc"), null), isPlain(utf8("\uFEFFa"), null), isPlain(utf8("ü"), "latin1")]).toEqual([
      false,
      false,
      false,
    ]);
  });

  property.prop([fc.uint8Array({ minLength: 1 }), fc.uint8Array({ minLength: 1 })])(
    "reads different bytes without a mark as different texts, none with U+FFFD",
    (first, second) => {
      fc.pre(!hasMark(first) && !hasMark(second) && utf8("\uFFFD").join() !== first.join());
      if (decodeText(first, null).isRepaired) expect(textOf(first)).not.toContain("\uFFFD");
      if (
        decodeText(first, null).isRepaired === decodeText(second, null).isRepaired &&
        first.join() !== second.join()
      ) {
        expect(textOf(first)).not.toBe(textOf(second));
      }
    },
  );
});

const hasMark = ([a, b, c]: Uint8Array): boolean =>
  (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (a === 0xef && b === 0xbb && c === 0xbf);

describe("readText", () => {
  it("reads the charset of a Content-Type, and ignores an unknown one", () => {
    expect(readText(new Uint8Array([0xa4]), "text/plain; charset=iso-8859-15")).toBe("€");
    expect(readText(utf8("ü"), "text/plain; charset=nonsense")).toBe("ü");
    expect(readText(latin1("\xfc"), null)).toBe("ü");
  });
});

describe("charsetOf", () => {
  it.each([
    ["application/json; charset=ISO-8859-1", "ISO-8859-1"],
    ['text/plain;charset="utf-8"', "utf-8"],
    ["text/plain; format=flowed; Charset = utf-16 ; x=1", "utf-16"],
    ["application/json; charset=utf-8, application/json", "utf-8"],
    ["application/json; charset=", null],
    ["application/json", null],
    [null, null],
  ])("of %j is %j", (contentType, charset) => {
    expect(charsetOf(contentType)).toBe(charset);
  });
});
