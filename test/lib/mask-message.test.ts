import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64, toBinary, utf8 } from "../../src/lib/bytes.ts";
import { maskBytes } from "../../src/lib/mask.ts";
import { maskBase64, maskStrings, spellingsIn } from "../../src/lib/mask-message.ts";

const TOKEN = "abcdefghijklmnop234567qrstuv";

const masked = (text: string): string => {
  const bytes = utf8(text);
  return toBinary(maskBase64(maskBytes(bytes, spellingsIn(bytes, [TOKEN])), [TOKEN]));
};

describe("an email", () => {
  it("has its token masked in any case, and across a soft line break", () => {
    const broken = `${TOKEN.slice(0, 10)}=\r\n${TOKEN.slice(10)}`;
    const text = masked(`To: <id.${TOKEN.toUpperCase()}@x>\r\nFor: id.${TOKEN}@x\r\n\r\n${broken}`);
    expect(text.toLowerCase()).not.toContain(TOKEN.slice(0, 10));
    expect(text).not.toContain(TOKEN.slice(10));
  });

  test.prop([fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 })])(
    "has its token masked inside base64",
    (before, after) => {
      const encoded = toBase64(utf8(`${before} ${TOKEN.toUpperCase()} ${after}`)).replaceAll(/.{76}/g, "$&\r\n");
      const text = masked(`Subject: x\r\n\r\n${encoded}\r\n`);
      expect(text).toHaveLength(`Subject: x\r\n\r\n${encoded}\r\n`.length);
      const [, body = ""] = text.split("\r\n\r\n");
      const decoded = toBinary(fromBase64(body.replaceAll(/[\r\n]/g, ""))!);
      expect(decoded.toLowerCase()).not.toContain(TOKEN);
      expect(decoded).toContain("*".repeat(TOKEN.length));
    },
  );

  it("stays byte for byte without a token", () => {
    const bytes = utf8(`Subject: x\r\n\r\n${toBase64(utf8("y".repeat(300)))}`);
    expect(maskBase64(bytes, [TOKEN])).toBe(bytes);
  });
});

it("maskStrings masks the token in any text of a value", () => {
  const value = { to: [`ID.${TOKEN.toUpperCase()}@x`], n: 1, deep: { text: `a ${TOKEN} b` } };
  expect(maskStrings(value, [TOKEN])).toEqual({
    to: [`ID.${"*".repeat(28)}@x`],
    n: 1,
    deep: { text: `a ${"*".repeat(28)} b` },
  });
});
