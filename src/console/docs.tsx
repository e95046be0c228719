/** `/docs`: the OpenAPI document for people. Rendered here, without scripts and without any foreign host. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import { openApiDocument } from "../api/document.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { sha256, toBase64, utf8 } from "../lib/bytes.ts";
import { escapeHtml, ORIGIN } from "./docs/curl.ts";
import type { ApiDocument } from "./docs/document.ts";
import { DocsPage } from "./docs/page.tsx";
import { STYLE } from "./docs/style.ts";

interface Rendered {
  page: string;
  contentSecurityPolicy: string;
}

/** Serves the page; it is rendered once per isolate, for the document never changes within a version. */
export function registerDocs(app: OpenAPIHono<AppEnv>): void {
  let rendered: Promise<Rendered> | undefined;
  app.get("/docs", async (c) => {
    rendered ??= render(openApiDocument(app) as unknown as ApiDocument);
    const { page, contentSecurityPolicy } = await rendered;
    return c.html(page.replaceAll(ORIGIN, escapeHtml(new URL(c.req.url).origin)), 200, {
      "content-security-policy": contentSecurityPolicy,
      "cache-control": "no-cache",
    });
  });
}

async function render(document: ApiDocument): Promise<Rendered> {
  const page = await html`<!doctype html>${<DocsPage document={document} />}`;
  const styleHash = toBase64(await sha256(utf8(STYLE)));
  return {
    page: page.toString(),
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}
