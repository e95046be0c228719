/** A typed client of the API, for programs that are not part of the Worker. */
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

/** What the API takes and gives, by the names that the document gives to it: `Schemas["Alert"]`. */
export type Schemas = components["schemas"];

/** The operations of the API, by method and path: `client.GET("/v1/alerts", …)`. */
export type TocsinClient = Client<paths>;

export interface TocsinClientOptions {
  /** Where the service is: `https://tocsin.example.com`. */
  baseUrl: string;
  /** An API key, or the root key. None: only what asks nobody who they are, or a page with a session's cookie. */
  apiKey?: string;
  /** What sends the requests; by default the platform's own. */
  fetch?: (request: Request) => Promise<Response>;
}

/**
 * A client of the service at `baseUrl`. Each call resolves to `{ data, error, response }`: `data` after a 2xx, else `error`
 * with the problem details (RFC 9457). It rejects only when there is no answer.
 */
export const createTocsinClient = ({ baseUrl, apiKey, fetch }: TocsinClientOptions): TocsinClient =>
  createClient<paths>({
    baseUrl,
    ...(apiKey !== undefined && { headers: { authorization: `Bearer ${apiKey}` } }),
    ...(fetch && { fetch }),
  });
