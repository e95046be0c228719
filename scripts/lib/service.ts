/** What benchmarks and the fault harness need to run Tocsin under bare workerd: bindings, settings and calls of the API. */
import { randomBytes } from "node:crypto";
import type { WorkerSpec } from "../workerd.ts";

/** Classes of Durable Objects by binding, as in wrangler.toml. */
const CLASSES = {
  INTEGRATIONS: "Integration",
  SUBSCRIPTIONS: "Subscription",
  WRITER_OBJECTS: "Writer",
  FEED_OBJECTS: "Feed",
};

/** Bindings of the Durable Objects. @param of another Worker that has them */
export const objectBindings = (of?: string): WorkerSpec["objects"] =>
  Object.entries(CLASSES).map(([binding, className]) => ({ binding, className, ...(of !== undefined && { of }) }));

/** The settings of wrangler.toml, with new secrets. Without a database. */
export const serviceSettings = () => ({
  ROOT_API_KEY: randomBytes(32).toString("base64url"),
  ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
  AUTH_SECRET: randomBytes(32).toString("base64"),
  INGEST_TAG_KEYS: randomBytes(32).toString("base64"),
  CORS_ORIGINS: "",
  API_LIMIT_PER_MINUTE: "1200",
  CALLS_IN_FLIGHT: "1",
  WRITERS: "4",
  WRITE_INTERVAL_MS: "1000",
  FEEDS: "1",
});

/** Calls /v1 with the root key. @throws for an error response */
export type CallApi = <Body>(method: string, route: string, body?: unknown) => Promise<Body>;

/** Calls of the API of a service at a port. */
export const apiOf =
  (port: number, rootApiKey: string): CallApi =>
  async <Body>(method: string, route: string, body?: unknown): Promise<Body> => {
    const response = await fetch(`http://127.0.0.1:${port}${route}`, {
      method,
      headers: { authorization: `Bearer ${rootApiKey}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  };
