/** Limits the structure of JSON bodies before they are parsed: a few megabytes of `[],[],…` take a second and 100 MB. */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";
import { formatNumber } from "../lib/text.ts";
import { hasJson } from "./has-json.ts";

const MAX_VALUES = 20_000;

/** No schema of this API nests deeper. */
const MAX_DEPTH = 20;

/** Rejects JSON bodies with too many values, or too many levels. */
export const limitJson = createMiddleware<AppEnv>(async (c, next) => {
  if (hasJson(c)) {
    const fault = structureFault(await c.req.text());
    if (fault !== null) throw new Problem("invalid-request", `Request body ${fault}.`);
  }
  await next();
});

/** What is wrong with the structure of a JSON text, which need not be valid; null: nothing. */
export function structureFault(text: string): string | null {
  let [values, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x2c: // ,
        values++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        values++;
        if (++depth > MAX_DEPTH) return `nests deeper than ${MAX_DEPTH} levels`;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
    if (values > MAX_VALUES) return `has more than ${formatNumber(MAX_VALUES)} values. Send several requests`;
  }
  return null;
}

/** The offset of the quote that ends a string; the end of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return at;
  }
}
