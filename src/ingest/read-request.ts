import { Problem } from "../lib/problem.ts";
import type { IncomingRequest } from "./delivery.ts";
import type { LiveDependencies } from "./dependencies.ts";
import { readBody } from "./read-body.ts";

/** An HTTP request to an ingest URL. */
export interface HttpDelivery {
  /** UUIDv7: the id of the request, and of the delivery. */
  id: string;
  integrationId: string;
  request: Request;
}

/** The aliases of Opsgenie have up to 512 characters, each up to nine in a URL. */
const MAX_PATH_LENGTH = 8192;

/** Reads a request and its body, bounded. */
export async function readRequest(
  { id, request }: HttpDelivery,
  { isLoop }: Pick<LiveDependencies, "isLoop">,
): Promise<IncomingRequest> {
  const url = new URL(request.url);
  return {
    id,
    url,
    path: pathOf(request.method, url),
    headers: request.headers,
    body: await readBody(request),
    receivedAt: Date.now(),
    isLoop: await isLoop(request.headers),
    replayOf: null,
  };
}

/** The path behind the ingest URL. A DELETE says in its method what other clients say at the end of their path. */
function pathOf(method: string, url: URL): string {
  const path = pathBehindIngestUrl(url) + (method === "DELETE" ? "/delete" : "");
  if (path.length > MAX_PATH_LENGTH) throw new Problem("not-found", "Unknown path. Check the URL.");
  return path;
}

/** The path behind the ingest URL `/in/{integrationId}`; empty for the ingest URL itself. */
export function pathBehindIngestUrl({ pathname }: URL): string {
  const rest = pathname.split("/").slice(3).join("/");
  return rest === "" ? "" : `/${rest}`;
}
