/** Tocsin under load: the deployable bundle on bare workerd, and the integrations that a benchmark creates. */
import { freePort } from "../lib/postgres.ts";
import { apiOf, type CallApi, objectBindings, serviceSettings } from "../lib/service.ts";
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
  api: CallApi;
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
 */
export async function startTocsin(
  directory: string,
  bundle: string,
  database: Record<string, string>,
  options: { harness?: string } = {},
): Promise<Service> {
  const port = await freePort();
  const text = { ...serviceSettings(), ...database };
  const spec: WorkerSpec = {
    name: "tocsin",
    port,
    modules: { ...(options.harness !== undefined && { "harness.js": options.harness }), "index.js": bundle },
    text,
    objects: objectBindings(),
  };
  const workerd = await startWorkerd(directory, [spec]);
  const api = apiOf(port, text.ROOT_API_KEY);
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
