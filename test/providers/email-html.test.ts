import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { textOfHtml } from "../../src/providers/email-html.ts";

describe("textOfHtml", () => {
  it.each([
    ["<p>Volume&nbsp;1 has <b>degraded</b>.</p><p>Now</p>", "Volume 1 has degraded.\nNow\n"],
    ["a<BR/>b<br>c", "a\nb\nc"],
    ["<tr><td>a</td><td>b</td></tr>", "a b\n"],
    ["<head><TITLE>x</TITLE ><style>p > a { color: red }</style></head>a", "a"],
    ["a<!-- <p>hidden</p> -->b<script>if (a < b) alert('</p>')</script>c", "abc"],
    ["load 5 < 10, 3 <4 &amp; &#x41;&#66;&#9999999;&unknown;", "load 5 < 10, 3 <4 & AB&#9999999;&unknown;"],
    ["the end <!-- is missing", "the end "],
    ["the end <style> is missing", "the end "],
    ["the end <a href='", "the end "],
    ["<styles>shown</styles>", "shown"],
  ])("of %s", (html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  it.each(["<", "<a ", "<style", "<style>", "<!--", "<td", "</style", "&a", "<br> ", "<\t>"])(
    "of a mebibyte of %j",
    (piece) => {
      expect(textOfHtml(piece.repeat(2 ** 20 / piece.length)).length).toBeLessThanOrEqual(2 ** 20);
    },
  );

  test.prop([fc.string()])("of any text without markup", (text) => {
    const plain = text.replaceAll(/[<&]/g, "");
    expect(textOfHtml(plain)).toBe(plain.replaceAll(/\s+/g, " "));
  });
});
