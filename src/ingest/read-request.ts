import type { IncomingRequest } from "./delivery.ts";
import type { LiveDependencies } from "./dependencies.ts";
import { readBody } from "./read-body.ts";

/** An HTTP request to an ingest URL. */
export interface HttpDelivery {
  /** UUIDv7: the id of the request, and of the delivery. */
  id: string;
  ingestId: string;
  request: Request;
}

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

/** The path after the ingest URL. For the method DELETE it ends with `/delete`, like the paths of other clients. */
function pathOf(method: string, url: URL): string {
  return pathBehindIngestUrl(url) + (method === "DELETE" ? "/delete" : "");
}

/** The path after the ingest URL `/in/{ingestId}`; empty for the ingest URL itself. */
export function pathBehindIngestUrl({ pathname }: URL): string {
  const rest = pathname.split("/").slice(3).join("/");
  return rest === "" ? "" : `/${rest}`;
}
