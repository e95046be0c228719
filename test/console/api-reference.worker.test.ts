import { describe, expect, it } from "vitest";
import { call } from "../support/worker.ts";

const page = await call<string>("GET", "/docs");

describe("/docs", () => {
  it("returns a page without a session", () => {
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=UTF-8");
  });

  it("allows its own scripts and styles only, and requests to this deployment only", () => {
    const policy = new Map(
      (page.headers.get("content-security-policy") ?? "").split("; ").map((directive) => {
        const [name = "", ...sources] = directive.split(" ");
        return [name, sources.join(" ")];
      }),
    );
    expect(Object.fromEntries(policy)).toEqual({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "img-src": "'self' data:",
      "connect-src": "'self'",
      "form-action": "'none'",
      "base-uri": "'none'",
      "frame-ancestors": "'none'",
    });
  });

  it("has no inline script or style, and names no other host", () => {
    expect(page.body).not.toMatch(/<style|<iframe| style=|\son\w+=/i);
    expect(page.body.match(/<script[^>]*>[^<]+<\/script>/gi)).toBeNull();
    const targets = [...page.body.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, target]) => target);
    expect(targets).toEqual([
      "/assets/icon.svg",
      "/assets/swagger-ui/swagger-ui.css",
      "/assets/swagger-ui/swagger-ui-bundle.js",
      "/assets/console/api-reference.js",
      "/openapi.json",
    ]);
  });
});
