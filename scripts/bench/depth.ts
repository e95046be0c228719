/**
 * `npm run bench -- depth`: counts the SQL requests of every console page and every read of the API, and how many of them follow one
 * another, with a distant database: every request takes 100 ms more.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createHmac } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrateEmbedded } from "../database.ts";
import { pagePaths, readPaths, type ReadIds } from "../lib/every-read.ts";
import { SqlRounds } from "../lib/sql-rounds.ts";
import { type Backend, pgliteBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import type { ApiDocument } from "../openapi-document.ts";
import { run } from "../run.ts";
import { buildBundle } from "../workerd.ts";
import { machine, median, table, writeSection } from "./report.ts";
import { type Service, startTocsin } from "./tocsin.ts";

const LATENCY_MS = 100;
const RUNS = 3;
const DATABASE_URL = "postgresql://tocsin:bench@localhost/tocsin";
const CREDENTIALS = { email: "ada@example.com", password: "correct horse battery staple" };

let rounds = new SqlRounds();

/** A request to a database far away. */
const far = <T>(work: () => Promise<T>): Promise<T> =>
  rounds.count(async () => {
    await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
    return work();
  });

const distant = (backend: Backend): Backend => ({
  query: (query) => far(() => backend.query(query)),
  transaction: (queries, options) => far(() => backend.transaction(queries, options)),
  close: () => backend.close(),
});

interface Result {
  name: string;
  requests: number;
  depth: number;
  ms: number;
}

/** Measures one request to the service, `runs` times. */
async function measure(name: string, request: () => Promise<Response>, runs = RUNS): Promise<Result> {
  const results: Omit<Result, "name">[] = [];
  for (let at = 0; at < runs; at++) {
    rounds = new SqlRounds();
    const started = performance.now();
    const response = await request();
    await response.arrayBuffer();
    if (response.status === 400 || response.status >= 500) throw new Error(`${name}: ${response.status}`);
    const ms = performance.now() - started;
    results.push({ requests: rounds.requests, depth: rounds.depth, ms });
    await settled();
  }
  const of = (field: "requests" | "depth" | "ms") => median(results.map((result) => result[field]));
  return { name, requests: of("requests"), depth: of("depth"), ms: of("ms") };
}

/** Waits until the work behind a response is done, which is not part of it. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 3 * LATENCY_MS));

async function fill(service: Service): Promise<ReadIds> {
  const create = async (route: string, body: unknown) => (await service.api<{ id: string }>("POST", route, body)).id;
  const user = await create("/v1/users", { ...CREDENTIALS, name: "Ada", isPlatformAdmin: true });
  const team = await create("/v1/teams", { name: "Payments" });
  const apiKey = await create("/v1/api-keys", { name: "Pager", scopes: ["alerts:read"], teamId: team });
  const subscription = await create("/v1/subscriptions", {
    name: "Pager",
    url: "https://pager.example.com/tocsin",
    teamId: null,
  });
  const newSilence = {
    matchers: [{ name: "service", value: "none" }],
    endsAt: "2099-01-01T00:00:00Z",
    comment: "Benchmark",
  };
  const silence = await create("/v1/silences", newSilence);
  const pendingSilence = await create("/v1/silences", { ...newSilence, startsAt: "2098-01-01T00:00:00Z" });
  await service.api("PATCH", `/v1/subscriptions/${subscription}`, { isEnabled: false });
  const verification = { scheme: "hmac" };
  const sources = [
    { name: "Jobs", provider: "generic", verification },
    { name: "Queue", provider: "custom", verification, mapping: { title: "title", alertKey: "id" } },
  ];
  const [integration = "", mapped = ""] = await Promise.all(sources.map((source) => filled(service, source)));
  const list = async (what: string) =>
    (await service.api<{ data: { id: string }[] }>("GET", `/v1/${what}?integrationId=${integration}`)).data;
  let alerts = await list("alerts");
  while (alerts.length === 0) alerts = await list("alerts");
  const [delivery] = await list("deliveries");
  return {
    user,
    team,
    apiKey,
    subscription,
    silence,
    pendingSilence,
    integration,
    mapped,
    alert: alerts[0]?.id ?? "",
    delivery: delivery?.id ?? "",
  };
}

/** Creates an integration, and sends a delivery to it. */
async function filled(service: Service, source: unknown): Promise<string> {
  const { id, secret, ingestUrl } = await service.api<{ id: string; secret: string; ingestUrl: string }>(
    "POST",
    "/v1/integrations",
    source,
  );
  const body = JSON.stringify({ id: "backup", title: "Disk almost full on db-1" });
  const headers = {
    "content-type": "application/json",
    "x-webhook-signature": createHmac("sha256", secret).update(body).digest("hex"),
  };
  await fetch(`http://127.0.0.1:${service.port}${new URL(ingestUrl).pathname}`, { method: "POST", headers, body });
  return id;
}

async function measureAll(service: Service): Promise<{ signIn: Result; pages: Result[]; reads: Result[] }> {
  const origin = `http://127.0.0.1:${service.port}`;
  const ids = await fill(service);
  const { key } = await service.api<{ key: string }>("POST", "/v1/api-keys", {
    name: "bench",
    scopes: ["admin"],
    teamId: null,
  });
  let cookie = "";
  const signIn = await measure(
    "Sign in",
    async () => {
      const response = await fetch(`${origin}/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(CREDENTIALS),
      });
      cookie = response.headers
        .getSetCookie()
        .map((set) => set.split(";")[0])
        .join("; ");
      return response;
    },
    1,
  );
  const document = JSON.parse(
    readFileSync(path.join(import.meta.dirname, "../../docs/openapi.json"), "utf8"),
  ) as ApiDocument;
  const named = (route: string) =>
    Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(id, `{${name}}`), route);
  const pages: Result[] = [];
  for (const page of pagePaths(ids)) {
    pages.push(await measure(named(page), () => fetch(origin + page, { headers: { cookie } })));
  }
  const reads: Result[] = [];
  for (const read of readPaths(document, ids)) {
    reads.push(await measure(named(read), () => fetch(origin + read, { headers: { authorization: `Bearer ${key}` } })));
  }
  return { signIn, pages, reads };
}

const tableOf = (what: string, results: readonly Result[]): string =>
  table(
    [what, "SQL requests", "depth", "time, ms"],
    results.map(({ name, requests, depth, ms }) => [`\`${name}\``, String(requests), String(depth), ms.toFixed(0)]),
  );

await run(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-depth-"));
  const backend = await pgliteBackend();
  await migrateEmbedded(backend.pglite);
  const endpoint = await serveNeonEndpoint(distant(backend), DATABASE_URL);
  try {
    const bundle = buildBundle(path.join(directory, "bundle"));
    const service = await startTocsin(path.join(directory, "workerd"), bundle, {
      DATABASE_URL,
      NEON_ENDPOINT: endpoint.url,
    });
    let results: Awaited<ReturnType<typeof measureAll>>;
    try {
      results = await measureAll(service);
    } finally {
      await service.workerd.kill();
    }
    const { signIn, pages, reads } = results;
    const text = [
      machine(),
      `Every SQL request takes ${LATENCY_MS} ms more. "Depth": how many of them follow one another. Signing in takes ${signIn.requests} requests, depth ${signIn.depth}, ${signIn.ms.toFixed(0)} ms.`,
      tableOf("page", pages),
      tableOf("read", reads),
    ].join("\n\n");
    console.log(text);
    if (process.argv.includes("--write")) writeSection("SQL round trips of pages and reads", text);
  } finally {
    await endpoint.close();
    await backend.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
