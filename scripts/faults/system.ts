/** The system under test: the deployable bundle under workerd with its storage on disk, a real PostgreSQL, and the endpoint between them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { freePort, startPostgres, type TestPostgres } from "../lib/postgres.ts";
import { apiOf, type CallApi, objectBindings, serviceSettings } from "../lib/service.ts";
import { migratePostgres } from "../database.ts";
import { type NeonEndpoint, postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { startWorkerd, type Workerd, type WorkerSpec } from "../workerd.ts";
import { type FaultyEndpoint, serveFaultyEndpoint } from "./endpoint.ts";
import { until } from "./fault.ts";
import type { Target } from "./load.ts";
import { type FaultySubscriber, startSubscriber, timelineOf } from "./subscriber.ts";

export interface System {
  /** Subscribed to every timeline entry. */
  subscriber: FaultySubscriber;
  /** Between the service and Neon. */
  network: FaultyEndpoint;
  /** The endpoint of the database. */
  neon: NeonEndpoint;
  postgres: TestPostgres;
  /** Addresses of the service: two while two versions run side by side. */
  urls(): readonly string[];
  /** Runs SQL as the owner of the database. */
  sql<Row extends pg.QueryResultRow>(query: string, params?: unknown[]): Promise<Row[]>;
  withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Kills workerd, and starts it on the same storage. */
  restart(change?: { versions?: Versions; writers?: number }): Promise<void>;
  /** See harness.js. @returns how often the action was taken so far */
  harness(settings: {
    clock?: number;
    step?: string;
    action?: "evict" | "hang";
    every?: number;
    times?: number;
  }): Promise<number>;
  /** Makes the disk full for workerd, or ends that. */
  limitDisk(isFull: boolean): void;
  newTargets(count: number): Promise<Target[]>;
  outboxOf(target: Target): Promise<{ rows: number; quarantined: number }>;
  /** Waits until the subscriber has a message of every timeline entry of these integrations. */
  untilNotified(targets: readonly Target[]): Promise<void>;
  api: CallApi;
  close(): Promise<void>;
}

/** A slow start of a suspended compute. It usually takes less than a second. */
const SLOW_WAKE_UP_MS = 5000;

/** Which versions run: this one, or both. Then one of them has the Durable Objects. */
export type Versions = "one" | "objects in the other" | "objects in this";

/**
 * Starts everything.
 * @param other bundle of another version
 */
export async function startSystem(bundle: string, other: string): Promise<System> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-faults-"));
  const postgres = await startPostgres();
  await migratePostgres(postgres.url);
  const withClient = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  // A separate role, whose privileges a fault can revoke.
  await withClient((client) =>
    client.query("create role tocsin login; grant pg_read_all_data, pg_write_all_data to tocsin"),
  );
  const serviceUrl = postgres.url.replace("postgres:", "tocsin:");
  const credentials = "postgresql://tocsin:faults@db.localtest.me/tocsin";
  const backend = postgresBackend(serviceUrl);
  const neon = await serveNeonEndpoint(backend, credentials, { wakeUpMs: SLOW_WAKE_UP_MS });
  const network = await serveFaultyEndpoint(neon.url);

  const text = {
    ...serviceSettings(),
    DATABASE_URL: credentials,
    NEON_ENDPOINT: network.url,
    // Shorter than in production: more transactions to disturb in the same time.
    WRITE_INTERVAL_MS: "200",
    DELIVERY_RETENTION_DAYS: "90",
    INSECURE_ENDPOINTS: "yes",
  };
  const ports = [await freePort(), await freePort()] as const;
  let versions: Versions = "one";
  const spec = (name: string, port: number, file: string, of?: string): WorkerSpec => ({
    name,
    port,
    modules: { "harness.js": path.join(import.meta.dirname, "harness.js"), "index.js": file },
    text,
    objects: objectBindings(of),
  });
  const specs = (): WorkerSpec[] => {
    if (versions === "one") return [spec("this", ports[0], bundle)];
    const owner = versions === "objects in this" ? "this" : "other";
    return [
      spec("this", ports[0], bundle, owner === "this" ? undefined : owner),
      spec("other", ports[1], other, owner === "other" ? undefined : owner),
    ];
  };
  let workerd: Workerd = await startWorkerd(directory, specs());
  const url = `http://127.0.0.1:${ports[0]}`;
  const api = apiOf(ports[0], text.ROOT_API_KEY);
  const subscriber = await startSubscriber();
  const subscription = { name: "faults", url: subscriber.url };
  subscriber.trust((await api<{ secret: string }>("POST", "/v1/subscriptions", subscription)).secret);
  return {
    network,
    neon,
    subscriber,
    postgres,
    urls: () => (specs().length === 1 ? [url] : ports.map((port) => `http://127.0.0.1:${port}`)),
    withClient,
    sql: <Row extends pg.QueryResultRow>(query: string, params: unknown[] = []) =>
      withClient(async (client) => (await client.query<Row>(query, params)).rows),
    async restart(change = {}) {
      await workerd.kill();
      versions = change.versions ?? versions;
      if (change.writers !== undefined) text.WRITERS = String(change.writers);
      workerd = await startWorkerd(directory, specs());
    },
    async harness(settings) {
      const query = new URLSearchParams(Object.entries(settings).map(([name, value]) => [name, String(value)]));
      return Number(await (await fetch(`${url}/__harness?${query.toString()}`)).text());
    },
    limitDisk(isFull) {
      execFileSync("prlimit", [`--pid=${workerd.pid}`, `--fsize=${isFull ? "4096" : "unlimited"}:unlimited`]);
    },
    async newTargets(count) {
      const targets: Target[] = [];
      for (let number = 0; number < count; number++) {
        targets.push(await api<Target>("POST", "/v1/integrations", { name: "faults", provider: "generic" }));
      }
      return targets.map(({ id, ingestUrl, secret }) => ({ id, ingestUrl, secret }));
    },
    outboxOf: async ({ id }) =>
      (await api<{ outbox: { rows: number; quarantined: number } }>("GET", `/v1/integrations/${id}`)).outbox,
    async untilNotified(targets) {
      const entries = await withClient((client) => timelineOf(client, targets));
      await until("a message of every timeline entry", () => {
        const accepted = subscriber.accepted();
        return entries.every(({ id }) => accepted.has(id));
      });
    },
    api,
    async close() {
      await workerd.kill();
      await network.close();
      await neon.close();
      await backend.close();
      await subscriber.close();
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
