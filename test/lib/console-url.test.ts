import { describe, expect, it } from "vitest";
import { alertUrl, publicUrlOf } from "../../src/lib/console-url.ts";

describe("The link to an alert", () => {
  it("leads to the console of the deployment", () => {
    expect(alertUrl("https://tocsin.example.com", "a-1")).toBe("https://tocsin.example.com/alerts/a-1");
  });

  it.each(["", undefined, "tocsin.example.com"])("does not exist for the unknown origin %o", (origin) => {
    expect(alertUrl(origin, "a-1")).toBeNull();
  });
});

describe("The public origin", () => {
  const req = { url: "https://other.test:8443/v1/alerts?limit=1" };

  it("is PUBLIC_URL, whatever the request was sent to", () => {
    expect(publicUrlOf({ env: { PUBLIC_URL: "https://tocsin.test" }, req })).toBe("https://tocsin.test");
  });

  it("is the origin of the request without PUBLIC_URL", () => {
    expect(publicUrlOf({ env: { PUBLIC_URL: "" }, req })).toBe("https://other.test:8443");
  });
});
