import { Problem } from "../lib/problem.ts";
import { PROVIDERS } from "../providers/index.ts";
import type { Received } from "./delivery.ts";
import type { Dependencies } from "./dependencies.ts";
import { Rejection } from "./rejection.ts";

/** An Opsgenie alias has up to 512 characters. A URL needs up to nine for each. */
const MAX_PATH_LENGTH = 8192;

/**
 * Rejects a path after the ingest URL that the provider's compatibility API does not have, and names the provider that has
 * it. The sender gets this answer whether or not it is verified; only the bounds of the record differ.
 */
export async function checkPath(
  delivery: Received,
  { authenticate }: Pick<Dependencies, "authenticate">,
): Promise<Received | Rejection> {
  const { path, integration } = delivery;
  const isKnown = path === "" || integration.provider.compatibilityApi?.matchesPath(path) === true;
  if (isKnown && path.length <= MAX_PATH_LENGTH) return delivery;
  return new Rejection(delivery, new Problem("not-found", detailFor(path)), {
    verification: await authenticate(delivery),
  });
}

function detailFor(path: string): string {
  if (path.length > MAX_PATH_LENGTH) {
    return `The path after the ingest URL exceeds ${MAX_PATH_LENGTH} characters. Check the URL.`;
  }
  const owners = [...PROVIDERS.values()].filter(({ compatibilityApi }) => compatibilityApi?.matchesPath(path));
  if (owners.length === 0) return "Unknown path after the ingest URL. Send to the ingest URL itself.";
  const names = owners.map(({ name }) => name).join(" and ");
  const ids = owners.map(({ id }) => `\`${id}\``).join(" or ");
  return `This path belongs to ${names}. Use an integration of the provider ${ids}.`;
}
