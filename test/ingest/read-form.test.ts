import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { readMultipart, readUrlEncoded } from "../../src/ingest/read-form.ts";
import { JsonError } from "../../src/lib/json.ts";
import { utf8 } from "../../src/lib/bytes.ts";

const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe("readUrlEncoded", () => {
  property.prop([fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })))])(
    "reads what URLSearchParams writes",
    (pairs) => {
      const body = utf8(new URLSearchParams(pairs).toString());
      expect(readUrlEncoded(body, null)).toEqual({ fields: Object.fromEntries(pairs), isRepaired: false });
    },
  );

  it("keeps names apart that differ only in bytes that are not UTF-8", () => {
    const read = (body: string) => readUrlEncoded(latin1(body), null).fields.service;
    expect([read("service=B%FCro"), read("service=B%F6ro"), read("service=B\xfcro")]).toEqual(["Büro", "Böro", "Büro"]);
  });

  it("keeps a name in UTF-8 beside an output that is not", () => {
    const { fields, isRepaired } = readUrlEncoded(latin1("host=B%C3%BCro&output=Gr%F6%DFe\r\n"), null);
    expect([fields, isRepaired]).toEqual([{ host: "Büro", output: "Größe" }, true]);
  });

  it("honours the declared charset", () => {
    expect(readUrlEncoded(latin1("a=%A4&b=\xa4"), "iso-8859-15")).toEqual({
      fields: { a: "€", b: "€" },
      isRepaired: false,
    });
    expect(readUrlEncoded(latin1("a=%83%65%83%58"), "shift_jis").fields).toEqual({ a: "テス" });
    const utf16 = new Uint8Array(Uint16Array.from("\uFEFFa=%C3%BC&b=ü", (char) => char.charCodeAt(0)).buffer);
    expect(readUrlEncoded(utf16, "utf-16").fields).toEqual({ a: "ü", b: "ü" });
    expect(readUrlEncoded(utf16, null).fields).toEqual({ a: "ü", b: "ü" });
  });

  it("reads odd fields as URLSearchParams does", () => {
    for (const body of ["a", "a=", "=b", "a=b=c", "&&a=1&a=2&", "a=%zz%4", " a=1\n", "a+b=c+%2B"]) {
      const expected = Object.fromEntries(new URLSearchParams(body.trim()));
      expect(readUrlEncoded(latin1(body), null).fields).toEqual(expected);
    }
  });
});

describe("readMultipart", () => {
  const TYPE = "multipart/form-data; boundary=X.Y+Z";
  const part = (head: string, value: string) => `--X.Y+Z\r\n${head}\r\n\r\n${value}\r\n`;
  const END = "--X.Y+Z--\r\n";

  it("reads what FormData writes", async () => {
    const form = new FormData();
    form.append("title", "Größe über 5 %\r\nsecond line");
    form.append("empty", "");
    form.append("file", new File(["x"], "x.txt"));
    const response = new Response(form);
    const type = response.headers.get("content-type");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(readMultipart(bytes, type)).toEqual({
      fields: { title: "Größe über 5 %\r\nsecond line", empty: "" },
      isRepaired: false,
    });
  });

  it("honours the charset of a part, then of the body, then repairs", () => {
    const body =
      part('Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=iso-8859-15', "\xa4") +
      part("Content-Disposition: form-data; name=b", "\xfc");
    expect(readMultipart(latin1(body + END), TYPE)).toEqual({ fields: { a: "€", b: "ü" }, isRepaired: true });
    expect(readMultipart(latin1(body + END), `${TYPE}; charset=windows-1251`).fields).toEqual({ a: "€", b: "ь" });
  });

  it.each([
    ["no boundary", part('Content-Disposition: form-data; name="a"', "1") + END, "multipart/form-data"],
    ["no end", part('Content-Disposition: form-data; name="a"', "1"), TYPE],
    ["no parts", "title=x", TYPE],
    ["a part without a name", part("Content-Disposition: form-data", "1") + END, TYPE],
    ["a part without headers", `--X.Y+Z\r\nvalue\r\n${END}`, TYPE],
  ])("rejects a body with %s", (_, body, type) => {
    expect(() => readMultipart(latin1(body), type)).toThrow(JsonError);
  });

  it("rejects more parts than any real form has", () => {
    const many = part('Content-Disposition: form-data; name="a"', "1").repeat(10_001);
    expect(() => readMultipart(latin1(many + END), TYPE)).toThrow("more than 10000 fields");
  });
});

it("rejects a form with more fields than any real one", () => {
  expect(Object.keys(readUrlEncoded(latin1("a=1&".repeat(10_000)), null).fields)).toEqual(["a"]);
  expect(() => readUrlEncoded(latin1("a=1&".repeat(10_001)), null)).toThrow("more than 10000 fields");
});
