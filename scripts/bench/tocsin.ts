/** Tocsin under load: the deployable bundle on bare workerd, and the integrations that a benchmark creates. */
import { randomBytes } from "node:crypto";
import { freePort } from "../lib/postgres.ts";
import { startWorkerd, type Workerd, type WorkerSpec } from "../workerd.ts";
import type { Target } from "./load.ts";

/** The rows that wait in an outbox. */
export interface Depth {
  rows: number;
  bytes: number;
}

export interface Integration extends Target {
  id: string;
}

export interface Service {
  port: number;
  workerd: Workerd;
  /** Calls /v1 with the root key. @throws for an error response */
  api<Body>(method: string, route: string, body?: unknown): Promise<Body>;
  integration(settings?: { shards: number }): Promise<Integration>;
  /** Rows in the outbox. */
  depth(integration: Integration): Promise<Depth>;
  /** Waits until the outbox is empty. */
  drained(integrations: readonly Integration[]): Promise<void>;
}

/**
 * Starts the bundle.
 * @param database the settings DATABASE_URL and NEON_ENDPOINT
 * @param options.harness a module to run before the bundle (harness.js)
 * @param options.inspector the address of the inspector, for a profile
 */
export async function startTocsin(
  directory: string,
  bundle: string,
  database: Record<string, string>,
  options: { harness?: string; inspector?: string } = {},
): Promise<Service> {
  const port = await freePort();
  const rootApiKey = randomBytes(32).toString("base64url");
  const text = {
    ...database,
    ROOT_API_KEY: rootApiKey,
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    INGEST_TAG_KEYS: randomBytes(32).toString("base64"),
    CORS_ORIGINS: "",
    API_LIMIT_PER_MINUTE: "1200",
    CALLS_UNDER_WAY: "1",
    WRITERS: "4",
    WRITE_INTERVAL_MS: "1000",
    FEEDS: "1",
  };
  const spec: WorkerSpec = {
    name: "tocsin",
    port,
    modules: { ...(options.harness !== undefined && { "harness.js": options.harness }), "index.js": bundle },
    text,
    objects: [
      { binding: "INTEGRATIONS", className: "Integration" },
      { binding: "SUBSCRIPTIONS", className: "Subscription" },
      { binding: "WRITER_OBJECTS", className: "Writer" },
      { binding: "FEED_OBJECTS", className: "Feed" },
    ],
  };
  const workerd = await startWorkerd(directory, [spec], {
    ...(options.inspector !== undefined && { inspector: options.inspector }),
  });
  const api = async <Body>(method: string, route: string, body?: unknown): Promise<Body> => {
    const response = await fetch(`http://127.0.0.1:${port}${route}`, {
      method,
      headers: { authorization: `Bearer ${rootApiKey}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  };
  const depth = async ({ id }: Integration) => (await api<{ outbox: Depth }>("GET", `/v1/integrations/${id}`)).outbox;
  return {
    port,
    workerd,
    api,
    depth,
    async integration(settings) {
      const body = { name: "bench", provider: "alertmanager", verification: { scheme: "hmac" }, ...settings };
      const { id, secret, ingestUrl } = await api<{ id: string; secret: string; ingestUrl: string }>(
        "POST",
        "/v1/integrations",
        body,
      );
      return { id, secret, path: new URL(ingestUrl).pathname };
    },
    async drained(integrations) {
      for (const integration of integrations) {
        while ((await depth(integration)).rows > 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}
