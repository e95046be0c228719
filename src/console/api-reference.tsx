/** `/docs`: the API reference, drawn by Swagger UI from `/openapi.json`. It loads nothing from other hosts. */
import type { Hono } from "hono";
import { html } from "hono/html";
import type { FC } from "hono/jsx";
import type { AppEnv } from "../lib/app-env.ts";

/** Swagger UI draws its icons from `data:` URLs. `connect-src` allows "Try it out", which calls this deployment only. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function registerApiReference(app: Hono<AppEnv>): void {
  app.get("/docs", (c) =>
    c.html(html`<!doctype html>${<ApiReference />}`, 200, {
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "cache-control": "no-cache",
    }),
  );
}

/** scripts/vendor-assets.mjs puts the files of Swagger UI into `public/assets/swagger-ui`. */
const ApiReference: FC = () => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>API reference · Tocsin</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/assets/swagger-ui/swagger-ui.css" />
      <script defer src="/assets/swagger-ui/swagger-ui-bundle.js" />
      <script type="module" src="/assets/console/api-reference.js" />
    </head>
    <body>
      <main id="reference">
        <noscript>
          This page needs JavaScript. The OpenAPI document is at <a href="/openapi.json">/openapi.json</a>.
        </noscript>
      </main>
    </body>
  </html>
);
