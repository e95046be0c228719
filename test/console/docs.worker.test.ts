import { describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { openApiDocument } from "../../src/api/document.ts";
import { curlOf } from "../../src/console/docs/curl.ts";
import type { ApiDocument } from "../../src/console/docs/document.ts";
import { toBase64, utf8 } from "../../src/lib/bytes.ts";
import { call } from "../support/worker.ts";

const document = openApiDocument(createApp()) as unknown as ApiDocument;
const page = await call<string>("GET", "/docs");

const digest = async (text: string) => toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));

describe("/docs", () => {
  it("shows every operation: its path, its summary, its scopes", () => {
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=UTF-8");
    for (const operations of Object.values(document.paths)) {
      for (const { operationId } of Object.values(operations)) {
        expect(page.body).toContain(`<article id="${operationId}">`);
        expect(page.body).toContain(`href="#${operationId}"`);
      }
    }
    expect(page.body).toContain("<code>alerts:read</code>");
  });

  it("says where the reader is", () => {
    expect(page.body).toContain("https://tocsin.test/v1/alerts");
    expect(page.body).not.toContain("origin.invalid");
  });

  it("lets the browser load nothing but its own style", async () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page.body)?.[1] ?? "";
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${await digest(style)}'`);
    expect(page.body).not.toMatch(/<script|<iframe|<img|@import|url\(/i);
    expect(page.body).not.toMatch(/ style=|\son\w+=/);
    const targets = [...page.body.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, target]) => target);
    expect(targets.filter((target) => !/^(#|\/|data:)/.test(target ?? ""))).toEqual([]);
  });

  it("escapes what the document says", () => {
    expect(page.body).toContain("Authorization: Bearer &lt;key&gt;");
  });
});

describe("the curl example", () => {
  it("carries the key, the path with an example and the body", () => {
    const path = "/v1/integrations/{id}/dry-run";
    const text = curlOf(document, { method: "post", path, operation: document.paths[path]!.post! });
    expect(text).toMatch(/^curl -sS 'https:\/\/origin\.invalid\/v1\/integrations\/[0-9a-f-]{36}\/dry-run' \\\n/);
    expect(text).toContain('-H "Authorization: Bearer $TOCSIN_KEY"');
    expect(text).toContain("-H 'Content-Type: application/json'");
    expect(text).toContain("-d '{");
  });

  it("names the method where curl would take another", () => {
    const path = "/v1/api-keys/{id}";
    const { get, delete: revoke } = document.paths[path]!;
    expect(curlOf(document, { method: "get", path, operation: get! })).not.toContain("-X");
    expect(curlOf(document, { method: "delete", path, operation: revoke! })).toContain("-X DELETE");
  });
});
