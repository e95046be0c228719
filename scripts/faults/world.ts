/** Everything that may fail: the real bundle under workerd with its storage on disk, a real PostgreSQL, and the way between. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { freePort, startPostgres, type TestPostgres } from "../lib/postgres.ts";
import { migratePostgres } from "../database.ts";
import { postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { startWorkerd, type Workerd, type WorkerSpec } from "../workerd.ts";
import { type FaultyEndpoint, serveFaultyEndpoint } from "./endpoint.ts";
import type { Target } from "./load.ts";
import { type FaultySubscriber, startSubscriber } from "./subscriber.ts";

export interface World {
  /** It is told of every change. */
  subscriber: FaultySubscriber;
  endpoint: FaultyEndpoint;
  postgres: TestPostgres;
  /** Where the service answers; two while two versions run side by side. */
  urls(): readonly string[];
  /** Runs SQL as the database's owner, whatever the service may do. */
  sql<Row extends pg.QueryResultRow>(query: string, params?: unknown[]): Promise<Row[]>;
  withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Kills workerd, and starts it again on the same storage. */
  restart(versions?: Versions): Promise<void>;
  /** See harness.js. Returns how many objects were evicted so far. */
  harness(settings: { clock?: number; evict?: string; every?: number }): Promise<number>;
  /** Has run what the cron runs. */
  cron(): Promise<void>;
  /** Lets workerd write no file longer than it is, or anything again. */
  limitDisk(isFull: boolean): void;
  /** Has the subscriber told of every change from now on. */
  subscribe(): Promise<void>;
  newTargets(count: number): Promise<Target[]>;
  outboxOf(target: Target): Promise<{ rows: number; quarantined: number }>;
  api<Body>(method: string, route: string, body?: unknown): Promise<Body>;
  close(): Promise<void>;
}

/** Which versions run: the present one, another one, or both, of which one has the objects. */
export type Versions = "one" | "only the other" | "objects in the other" | "objects in this";

/** What a world begins with. */
export interface Beginning {
  versions: Versions;
  /** The migrations that its database has had; by default all. */
  migrationsFolder?: string;
}

/** Starts everything. `other`: the bundle of another version. */
export async function startWorld(
  bundle: string,
  other: string,
  beginning: Beginning = { versions: "one" },
): Promise<World> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-faults-"));
  const postgres = await startPostgres();
  await migratePostgres(postgres.url, beginning.migrationsFolder);
  const withClient = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  // The service's own role: what an operator may take from it, the harness takes.
  await withClient((client) =>
    client.query("create role tocsin login; grant pg_read_all_data, pg_write_all_data to tocsin"),
  );
  const serviceUrl = postgres.url.replace("postgres@", "tocsin@");
  const credentials = "postgresql://tocsin:faults@db.localtest.me/tocsin";
  const backend = postgresBackend(serviceUrl);
  const inner = await serveNeonEndpoint(backend, credentials);
  const endpoint = await serveFaultyEndpoint(inner.url);

  const rootApiKey = randomBytes(32).toString("base64url");
  const text = {
    DATABASE_URL: credentials,
    NEON_ENDPOINT: endpoint.url,
    ROOT_API_KEY: rootApiKey,
    ENCRYPTION_KEYS: `faults:${randomBytes(32).toString("base64")}`,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    CORS_ORIGINS: "",
    API_LIMIT_PER_MINUTE: "1200",
    CALLS_UNDER_WAY: "1",
    DELIVERY_RETENTION_DAYS: "90",
    INSECURE_SUBSCRIBERS: "yes",
  };
  const ports = [await freePort(), await freePort()] as const;
  let { versions } = beginning;
  const spec = (name: string, port: number, file: string, of?: string): WorkerSpec => ({
    name,
    port,
    modules: { "harness.js": path.join(import.meta.dirname, "harness.js"), "index.js": file },
    text,
    objects: [
      { binding: "INTEGRATIONS", className: "Integration", ...(of !== undefined && { of }) },
      { binding: "SUBSCRIPTIONS", className: "Subscription", ...(of !== undefined && { of }) },
    ],
  });
  const specs = (): WorkerSpec[] => {
    if (versions === "one") return [spec("this", ports[0], bundle)];
    if (versions === "only the other") return [spec("other", ports[0], other)];
    const owner = versions === "objects in this" ? "this" : "other";
    return [
      spec("this", ports[0], bundle, owner === "this" ? undefined : owner),
      spec("other", ports[1], other, owner === "other" ? undefined : owner),
    ];
  };
  let workerd: Workerd = await startWorkerd(directory, specs());
  const url = `http://127.0.0.1:${ports[0]}`;
  const api = async <Body>(method: string, route: string, body?: unknown): Promise<Body> => {
    const response = await fetch(url + route, {
      method,
      headers: { authorization: `Bearer ${rootApiKey}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  };
  const subscriber = await startSubscriber();
  const subscribe = async (): Promise<void> => {
    const settings = { name: "faults", url: subscriber.url };
    subscriber.trust((await api<{ secret: string }>("POST", "/v1/subscriptions", settings)).secret);
  };
  if (versions !== "only the other") await subscribe();
  return {
    endpoint,
    subscriber,
    subscribe,
    postgres,
    urls: () => (specs().length === 1 ? [url] : ports.map((port) => `http://127.0.0.1:${port}`)),
    withClient,
    sql: <Row extends pg.QueryResultRow>(query: string, params: unknown[] = []) =>
      withClient(async (client) => (await client.query<Row>(query, params)).rows),
    async restart(next = versions) {
      await workerd.kill();
      versions = next;
      workerd = await startWorkerd(directory, specs());
    },
    async harness(settings) {
      const query = new URLSearchParams(Object.entries(settings).map(([name, value]) => [name, String(value)]));
      return Number(await (await fetch(`${url}/__harness?${query.toString()}`)).text());
    },
    async cron() {
      await fetch(`${url}/__harness?cron`);
    },
    limitDisk(isFull) {
      execFileSync("prlimit", [`--pid=${workerd.pid}`, `--fsize=${isFull ? "4096" : "unlimited"}:unlimited`]);
    },
    async newTargets(count) {
      const targets: Target[] = [];
      for (let number = 0; number < count; number++) {
        targets.push(await api<Target>("POST", "/v1/integrations", { name: "faults", provider: "generic" }));
      }
      return targets.map(({ id, secret }) => ({ id, secret }));
    },
    outboxOf: async ({ id }) =>
      (await api<{ outbox: { rows: number; quarantined: number } }>("GET", `/v1/integrations/${id}`)).outbox,
    api,
    async close() {
      await workerd.kill();
      await endpoint.close();
      await inner.close();
      await backend.close();
      await subscriber.close();
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
