/**
 * What the Worker's bundle takes of `zod` (`[alias]` in wrangler.toml): its schemas, without the fifty languages of its messages,
 * its JSON Schema reader and its compiler, which the whole package keeps in any bundle by `export * as`. 250 kB less.
 */
import * as z from "./zod-exports.js";
export * from "./zod-exports.js";
export { z };
