/** The ingest URLs, `/in/{ingestId}`, and the paths of compatibility APIs after them. */
import { decodeIngestId, readIngestId } from "../lib/ingest-id.ts";
import { Problem } from "../lib/problem.ts";
import { liveDependencies } from "./live-dependencies.ts";
import { logRejection } from "./log-rejection.ts";
import { pathBehindIngestUrl } from "./read-request.ts";
import { receive } from "./receive.ts";
import { unknownIntegration } from "./rejection.ts";
import { answerRequestStatus } from "./request-status.ts";

/** A request to an ingest URL. */
export interface IngestRequest {
  /** UUIDv7: the id of the request, and of the delivery. */
  id: string;
  request: Request;
  url: URL;
}

/** The part of an ingest URL that is the ingest id; empty: the path is no ingest URL. */
export const ingestIdOf = ({ pathname }: URL): string =>
  pathname.startsWith("/in/") ? (pathname.slice(4).split("/", 1)[0] ?? "") : "";

const ALLOW = "GET, HEAD, POST, PUT, OPTIONS";
const PATHS_ALLOW = "POST, PUT, DELETE";

type Context = Pick<ExecutionContext, "waitUntil">;

/** Answers a request to an ingest URL. Throws only for an internal error. */
export async function ingest(http: IngestRequest, env: Env, context: Context): Promise<Response> {
  try {
    return await answer(http, env, context);
  } catch (error) {
    if (error instanceof Problem) return error.toResponse(http.id);
    throw error;
  }
}

async function answer(http: IngestRequest, env: Env, context: Context): Promise<Response> {
  const { method } = http.request;
  const isUrlItself = pathBehindIngestUrl(http.url) === "";
  // Grafana and Kibana can use PUT. Opsgenie's clients use DELETE.
  if (method === "POST" || method === "PUT" || (method === "DELETE" && !isUrlItself)) {
    const integrationId = integrationIdOf(http, env);
    return receive({ ...http, integrationId }, liveDependencies(env, context));
  }
  const isRead = method === "GET" || method === "HEAD";
  // Opsgenie's clients ask for the status of their requests.
  if (isRead && !isUrlItself) {
    const integrationId = integrationIdOf(http, env);
    return answerRequestStatus({ ...http, integrationId }, env, liveDependencies(env, context));
  }
  if (decodeIngestId(ingestIdOf(http.url)) === null) throw unknownIntegration();
  // The answer is the same for every well-formed id: it shows that the URL is reachable, and nothing else.
  if (isRead) {
    const headers = { "x-request-id": http.id };
    return Response.json({ status: "reachable", detail: "Send deliveries here with POST or PUT." }, { headers });
  }
  if (method === "OPTIONS" && isUrlItself) return permission(http);
  const allow = isUrlItself ? ALLOW : PATHS_ALLOW;
  throw new Problem("method-not-allowed", `Method ${method} is not allowed here. Use one of ${allow}.`, {
    headers: { allow },
  });
}

/**
 * The integration in an ingest URL.
 * @throws Problem for an id that this deployment did not make
 */
function integrationIdOf({ id, url }: IngestRequest, env: Env): string {
  const integrationId = readIngestId(ingestIdOf(url), env.INGEST_TAG_KEYS);
  if (integrationId !== null) return integrationId;
  const problem = unknownIntegration();
  logRejection(id, null, problem);
  throw problem;
}

/**
 * Senders of CloudEvents first request permission to send. Everyone gets it: only the secret makes a delivery accepted.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
 */
function permission({ id, request }: IngestRequest): Response {
  const origin = request.headers.get("webhook-request-origin");
  return new Response(null, {
    headers: {
      "x-request-id": id,
      ...(origin !== null && { "webhook-allowed-origin": origin, "webhook-allowed-rate": "*" }),
      allow: ALLOW,
    },
  });
}
