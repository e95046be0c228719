import { describe, expect, it } from "vitest";
import { csvLine } from "../../src/lib/csv.ts";

describe("a line of CSV", () => {
  it.each([
    [["a", 1, true, null, undefined, ""], "a,1,true,,,\r\n"],
    [['say "hi"', "one,two", "up\ndown"], '"say ""hi""","one,two","up\ndown"\r\n'],
    [[{ service: "a" }, []], '"{""service"":""a""}",[]\r\n'],
    [["=1+2", "+1", "-1", "@x", "\tx", -1], "'=1+2,'+1,'-1,'@x,'\tx,-1\r\n"],
    // Some spreadsheets read these, too.
    [["＝1", "＋1", "－1", "＠x", "\n=1"], "'＝1,'＋1,'－1,'＠x,\"'\n=1\"\r\n"],
  ])("of %j", (values, line) => {
    expect(csvLine(values)).toBe(line);
  });
});
