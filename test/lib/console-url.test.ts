import { describe, expect, it } from "vitest";
import { alertUrl } from "../../src/lib/console-url.ts";

describe("The link to an alert", () => {
  it("leads to the console of the deployment", () => {
    expect(alertUrl("https://tocsin.example.com", "a-1")).toBe("https://tocsin.example.com/alerts/a-1");
  });

  it.each(["", undefined, "tocsin.example.com"])("does not exist for the unknown origin %o", (origin) => {
    expect(alertUrl(origin, "a-1")).toBeNull();
  });
});
