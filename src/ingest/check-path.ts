import { Problem } from "../lib/problem.ts";
import type { Received } from "./delivery.ts";
import { Rejection } from "./rejection.ts";

/** Rejects a path after the ingest URL that the provider's compatibility API does not have. */
export function checkPath(delivery: Received): Received | Rejection {
  const { path, integration } = delivery;
  const { compatibilityApi, name } = integration.provider;
  if (path === "" || compatibilityApi?.matchesPath(path)) return delivery;
  const problem = new Problem("not-found", `Unknown path for a ${name} integration. Check the URL.`);
  return new Rejection(delivery, problem, { isSendersFault: false, isRecorded: false });
}
