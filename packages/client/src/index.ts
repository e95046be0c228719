/** A typed client of the Tocsin API. */
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

/** The schemas of the API by name: `Schemas["Alert"]`. */
export type Schemas = components["schemas"];

/** The operations of the API by method and path: `client.GET("/v1/alerts", …)`. */
export type TocsinClient = Client<paths>;

export interface TocsinClientOptions {
  /** URL of the service: `https://tocsin.example.com`. */
  baseUrl: string;
  /** An API key, or the root key. Without one, only operations that need no authentication work. */
  apiKey?: string;
  /** Sends the requests. The default is the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

/**
 * Creates a client of the service at `baseUrl`. Each call resolves to `{ data, error, response }`: after a 2xx `data` is
 * set, else `error` holds the problem details (RFC 9457). A call rejects only if there is no response.
 * @example
 * const tocsin = createTocsinClient({ baseUrl: "https://tocsin.example.com", apiKey });
 * const { data, error } = await tocsin.GET("/v1/alerts", { params: { query: { status: ["OPEN"] } } });
 */
export const createTocsinClient = ({ baseUrl, apiKey, fetch }: TocsinClientOptions): TocsinClient =>
  createClient<paths>({
    baseUrl,
    ...(apiKey !== undefined && { headers: { authorization: `Bearer ${apiKey}` } }),
    ...(fetch && { fetch }),
  });
