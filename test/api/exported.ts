/** Reads exports, for tests. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { ask } from "../support/worker.ts";

export const textOf = async (response: Response): Promise<string> =>
  new TextDecoder().decode(await response.arrayBuffer());

/** Requests an export with the root key and returns its lines. */
export async function exportedLines<Item>(path: string): Promise<Item[]> {
  const response = await ask(path, { authorization: `Bearer ${env.ROOT_API_KEY}` });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  const lines = (await textOf(response)).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as Item);
}
