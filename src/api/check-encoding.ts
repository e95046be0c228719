/** Checks the encoding of JSON bodies. Read as UTF-8, other encodings would be malformed or lose characters. */
import { isUtf8 } from "node:buffer";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { charsetOf } from "../lib/charset.ts";
import { codingsOf } from "../lib/content-encoding.ts";
import { Problem } from "../lib/problem.ts";
import { hasJson } from "./has-json.ts";

/** Rejects JSON bodies with a Content-Encoding, in another charset than UTF-8, or with bytes that are not UTF-8. */
export const checkEncoding = createMiddleware<AppEnv>(async (c, next) => {
  if (hasJson(c)) {
    if (codingsOf(c.req.header("content-encoding") ?? null).length > 0) {
      // RFC 9110 §15.5.16: a 415 for a content coding names the codings that are accepted.
      const headers = { "accept-encoding": "identity" };
      throw new Problem("unsupported-media-type", "Unsupported Content-Encoding. Send the body without one.", {
        headers,
      });
    }
    if (!/^(utf-?8|us-ascii)$/i.test(charsetOf(c.req.header("content-type") ?? null) ?? "utf-8"))
      throw new Problem("unsupported-media-type", "Unsupported charset. Send JSON in UTF-8.");
    if (!isUtf8(new Uint8Array(await c.req.arrayBuffer())))
      throw new Problem("invalid-request", "Request body is not UTF-8. Send JSON in UTF-8.");
  }
  await next();
});
