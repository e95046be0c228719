import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { emailRules, readStatement } from "../../src/providers/email-rules.ts";

const RULES = [
  { key: "cooling", trigger: ["Temperatur zu hoch"], resolve: ["Temperatur normal"] },
  { trigger: ["ausgefallen"], resolve: ["wieder da"] },
  { ignore: ["Wochenbericht"] },
];

describe("readStatement with the rules of an integration", () => {
  it.each([
    ["Warnung: Temperatur zu  hoch!", "trigger", "cooling"],
    ["TEMPERATUR NORMAL", "resolve", "cooling"],
    ["Leitung 3 ausgefallen", "trigger", "leitung 3"],
    ["AW: Leitung 3 wieder da", "resolve", "leitung 3"],
    ["Wochenbericht", "ignore", null],
    ["Unausgefallen", null, "unausgefallen"],
  ])("reads %s", (subject, state, key) => {
    expect(readStatement(subject, "", RULES)).toEqual({ state, key });
  });

  it("prefers a phrase of the subject to one of the text", () => {
    expect(readStatement("Temperatur normal", "zuvor: Temperatur zu hoch", RULES).state).toBe("resolve");
    expect(readStatement("Meldung", "Temperatur zu hoch", RULES)).toEqual({ state: "trigger", key: "cooling" });
  });

  it("prefers a rule of the integration to a usual one", () => {
    const rules = [{ key: "mine", ignore: ["on battery"] }];
    expect(readStatement("UPS on battery", "", rules)).toEqual({ state: "ignore", key: "mine" });
  });

  test.prop([fc.string(), fc.string()])("reads any text", (subject, text) => {
    const { state, key } = readStatement(subject, text, RULES);
    expect(["trigger", "acknowledge", "resolve", "ignore", null]).toContain(state);
    expect(key === null || key.length > 0).toBe(true);
  });
});

describe("emailRules", () => {
  it("needs a phrase in each rule", () => {
    expect(emailRules.safeParse([{ key: "x" }]).success).toBe(false);
    expect(emailRules.safeParse([{ trigger: [" "] }]).success).toBe(false);
    expect(emailRules.safeParse([{ trigger: ["down"] }]).success).toBe(true);
  });

  it("needs a word in each phrase: one without would match every empty text", () => {
    expect(emailRules.safeParse([{ resolve: ["!!!"] }]).success).toBe(false);
    expect(emailRules.safeParse([{ resolve: ["回復"] }]).success).toBe(true);
  });
});
