import type { IncomingRequest } from "./delivery.ts";
import type { LiveDependencies } from "./dependencies.ts";
import { readBody } from "./read-body.ts";

/** An HTTP request to the ingest URL of an integration. */
export interface HttpDelivery {
  /** UUIDv7: the id of the request, and of the delivery. */
  id: string;
  integrationId: string;
  request: Request;
  url: URL;
}

/** Reads a request and its body, bounded. */
export async function readRequest(
  { id, request, url }: HttpDelivery,
  { isLoop }: Pick<LiveDependencies, "isLoop">,
): Promise<IncomingRequest> {
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

/** The path after the ingest URL. For the method DELETE it ends with `/delete`, like the paths of other clients. */
function pathOf(method: string, url: URL): string {
  return pathBehindIngestUrl(url) + (method === "DELETE" ? "/delete" : "");
}

/** The path after the ingest URL `/in/{ingestId}`; empty for the ingest URL itself, with or without a slash at its end. */
export function pathBehindIngestUrl({ pathname }: URL): string {
  const start = pathname.indexOf("/", 4);
  return start === -1 || start === pathname.length - 1 ? "" : pathname.slice(start);
}
