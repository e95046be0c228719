import { describe, expect, it } from "vitest";
import { publicUrl } from "../../../scripts/deploy/public-url.ts";

const worker = { name: "tocsin", vars: { PUBLIC_URL: "" }, routes: [] as string[] };

describe("The public origin of a deployment", () => {
  it.each([
    ["PUBLIC_URL before the route", { vars: { PUBLIC_URL: "https://a.test" }, routes: ["b.test"] }, "https://a.test"],
    ["the custom domain", { routes: ["tocsin.acme.test"] }, "https://tocsin.acme.test"],
    ["the route of a whole host", { routes: ["*.acme.test/*", "tocsin.acme.test/*"] }, "https://tocsin.acme.test"],
    ["workers.dev without routes", {}, "https://tocsin.acme.workers.dev"],
  ])("is %s", (_, settings, expected) => {
    expect(publicUrl({ ...worker, ...settings }, "acme")).toBe(expected);
  });

  it.each([
    ["a route for some paths", ["acme.test/tocsin/*"], "acme"],
    ["a wildcard host", ["*.acme.test/*"], "acme"],
    ["no known subdomain", [], null],
  ])("is unknown with %s", (_, routes, subdomain) => {
    expect(publicUrl({ ...worker, routes }, subdomain)).toBeNull();
  });
});
