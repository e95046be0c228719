import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { safeMessage } from "../../db/errors.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { utf8 } from "../../lib/bytes.ts";
import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";

// Typed as a string: Hono's types would demand the document itself.
const JSON_TYPE: string = "application/json";

/** Makes the 200 response of a streamed JSON document. */
export const streamed = (description: string, schema: z.ZodType) => ({
  200: { description, content: { [JSON_TYPE]: { schema } } },
});

/**
 * Streams a JSON document, each part only when the client has read the one before. Errors of the first part become responses; later
 * errors abort the connection, so that a client cannot mistake a part of a list for the whole.
 * @param parts texts that make a JSON document together
 */
export async function streamJson(c: Context<AppEnv>, parts: AsyncIterable<string>): Promise<Response> {
  const iterator = parts[Symbol.asyncIterator]();
  let part = await iterator.next();
  const document = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (part.done) return controller.close();
        controller.enqueue(utf8(part.value));
        try {
          part = await iterator.next();
        } catch (error) {
          log.error("list interrupted", { requestId: c.get("requestId"), error: safeMessage(error) });
          // The platform logs the error of a stream; the original one may contain data of the query.
          throw new Problem("unavailable", "The list was interrupted.");
        }
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(document, 200, { "content-type": JSON_TYPE });
}

/** Makes the parts of a JSON array from the texts of its items. The first part has the first items. */
export async function* arrayParts(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  let separator = "[";
  for await (const items of batches) {
    if (items.length === 0) continue;
    yield separator + items.join(",");
    separator = ",";
  }
  yield separator === "[" ? "[]" : "]";
}
