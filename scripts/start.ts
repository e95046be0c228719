/**
 * `npm start`: runs Tocsin on this machine. Embedded Postgres (or that of DATABASE_URL) behind a Neon-compatible endpoint, migrations, the
 * Worker under `wrangler dev`, and a demo integration on the first run. Stops all processes that it started.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { isNeon, migratePostgres, openDatabase } from "./database.ts";
import { lockStateDirectory } from "./lock.ts";
import { serveNeonEndpoint } from "./neon-endpoint.ts";
import { Failure, run, settings } from "./run.ts";

const ROOT = path.join(import.meta.dirname, "..");

/** Secrets that a deployment may omit. */
const OPTIONAL_SECRETS = ["OIDC_PROVIDERS", "METRICS_KEY"];

interface Demo {
  integrationId: string;
  ingestUrl: string;
  secret: string;
}

/** Content of `dev.json`, for other programs. */
interface DevFile {
  url: string;
  rootApiKey: string;
  demo: Demo;
}

interface Secrets {
  rootApiKey: string;
  encryptionKeys: string;
  authSecret: string;
  ingestTagKeys: string;
}

/** Functions that stop the started processes, in the order of the starts. */
const started: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

/** Stops everything once, in reverse order. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const end of started.toReversed()) await end();
  })();
  return stopping;
}

const stopAndExit = (exitCode: number): void => void stop().then(() => process.exit(exitCode));

await run(async () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopAndExit(0));
  stopWithParent();
  try {
    await start();
  } catch (error) {
    // A signal during the start makes the start fail. That is no error.
    if (stopping) return;
    await stop();
    throw error;
  }
});

/** Stops when npm ends: its shell does not forward the signal. A SIGINT to npm alone does not even end the shell, so the welcome names this process. */
function stopWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopAndExit(0), 250).unref();
}

async function start(): Promise<void> {
  const { port, stateDirectory: relative, databaseUrl } = settings();
  const stateDirectory = path.resolve(relative);
  await assertPortFree(port);
  started.push(await lockStateDirectory(stateDirectory));
  const secrets = loadSecrets(path.join(stateDirectory, "secrets.json"));

  console.log(`Database: ${databaseUrl ? "the one of DATABASE_URL" : "embedded Postgres"} …`);
  const database = await connectDatabase(databaseUrl, stateDirectory);
  console.log("Worker: starting …");
  const url = `http://127.0.0.1:${port}`;
  const worker = startWorker(port, stateDirectory, { ...database, ...secrets });
  started.push(() => endProcess(worker));
  await answering(url, worker);

  const api = apiClient(url, secrets.rootApiKey);
  // The storage or the database may be new.
  for (let cursor: unknown = ""; typeof cursor === "string";) {
    const { body } = await api("POST", `/v1/integrations/sync${cursor && `?cursor=${cursor}`}`);
    cursor = body.nextCursor;
  }
  const devFile = path.join(stateDirectory, "dev.json");
  const demo = await demoIntegration(api, devFile);
  writeFileSync(
    devFile,
    `${JSON.stringify({ url, rootApiKey: secrets.rootApiKey, demo } satisfies DevFile, null, 2)}\n`,
    { mode: 0o600 },
  );
  printWelcome(url, secrets.rootApiKey, demo, path.relative(process.cwd(), devFile));
}

function assertPortFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Failure(
          error.code === "EADDRINUSE"
            ? `Port ${port} is in use. Set PORT to another one: PORT=8788 npm start`
            : `Port ${port} cannot be used: ${error.message}`,
        ),
      ),
    );
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

/** Reads the secrets of the state folder. Creates those that are missing. */
function loadSecrets(file: string): Secrets {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Secrets>) : {};
  const secrets: Secrets = {
    rootApiKey: randomBytes(32).toString("base64url"),
    encryptionKeys: `dev:${randomBytes(32).toString("base64")}`,
    authSecret: randomBytes(32).toString("base64"),
    ingestTagKeys: randomBytes(32).toString("base64"),
    ...known,
  };
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

/** Migrates the database. @returns how the Worker reaches it */
async function connectDatabase(databaseUrl: string | undefined, stateDirectory: string) {
  if (databaseUrl && isNeon(databaseUrl)) {
    await migratePostgres(databaseUrl);
    return { databaseUrl, neonEndpoint: "" };
  }
  const backend = await openDatabase(databaseUrl, stateDirectory);
  started.push(() => backend.close());
  // Only the endpoint knows the real address. The Worker gets credentials for the endpoint.
  const localUrl = `postgresql://tocsin:${randomBytes(16).toString("hex")}@db.localtest.me/tocsin`;
  const endpoint = await serveNeonEndpoint(backend, localUrl);
  started.push(() => endpoint.close());
  return { databaseUrl: localUrl, neonEndpoint: endpoint.url };
}

/** `wrangler dev` reads only required secrets from its environment, so optional secrets that are set become required. */
function workerConfig(stateDirectory: string): string {
  const file = path.join(ROOT, "wrangler.toml");
  const given = OPTIONAL_SECRETS.filter((name) => process.env[name]);
  if (given.length === 0) return file;
  const list = `required = [${given.map((name) => JSON.stringify(name)).join(", ")}, `;
  const text = readFileSync(file, "utf8")
    .replace(/^required = \[/m, list)
    // Paths are relative to the file. TOML strings are written like JSON strings.
    .replace(
      /^(main|directory|\S+(?= = "\.\/)) = "(.*)"$/gm,
      (_, key, from) => `${key} = ${JSON.stringify(path.join(ROOT, from))}`,
    );
  if (!text.includes(list)) throw new Failure(`wrangler.toml has no list of secrets to add ${given.join(", ")} to.`);
  const own = path.join(stateDirectory, "wrangler.toml");
  writeFileSync(own, text);
  return own;
}

function startWorker(
  port: number,
  stateDirectory: string,
  bindings: Secrets & { databaseUrl: string; neonEndpoint: string },
): ChildProcess {
  const wrangler = path.join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const options = {
    ip: "127.0.0.1",
    port: String(port),
    "inspector-port": "0",
    "persist-to": path.join(stateDirectory, "worker"),
    config: workerConfig(stateDirectory),
    env: "",
    "log-level": "warn",
    "show-interactive-dev-session": "false",
  };
  // Endpoints on this machine have no certificate.
  const variables = [
    `NEON_ENDPOINT:${bindings.neonEndpoint}`,
    `PUBLIC_URL:http://127.0.0.1:${port}`,
    // No mail reaches it; docs/deploy/email.md shows how to send one.
    "EMAIL_DOMAIN:alerts.localhost",
    "INSECURE_ENDPOINTS:yes",
  ];
  // `wrangler dev` takes the host of a route for the host of every request: it would be redirected to https there.
  const hasRoute = /^routes? *=/m.test(readFileSync(path.join(ROOT, "wrangler.toml"), "utf8"));
  const flags = [
    ...(hasRoute ? [`--local-upstream=127.0.0.1:${port}`] : []),
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    ...variables.map((variable) => `--var=${variable}`),
  ];
  const worker = spawn(process.execPath, [wrangler, "dev", ...flags], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    // Its own group: Ctrl-C reaches this process only, which then stops the whole group.
    detached: process.platform !== "win32",
    env: {
      ...process.env,
      // Every process can read arguments, so secrets are in the environment.
      DATABASE_URL: bindings.databaseUrl,
      ROOT_API_KEY: bindings.rootApiKey,
      ENCRYPTION_KEYS: bindings.encryptionKeys,
      AUTH_SECRET: bindings.authSecret,
      INGEST_TAG_KEYS: bindings.ingestTagKeys,
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      // Both copy every request to another database.
      X_LOCAL_OBSERVABILITY: "false",
      X_LOCAL_EXPLORER: "false",
    },
  });
  worker.once("exit", (code) => {
    if (stopping) return;
    console.error(`The Worker ended unexpectedly (exit code ${code}).`);
    stopAndExit(1);
  });
  return worker;
}

/** Waits until the Worker answers. */
async function answering(url: string, worker: ChildProcess): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    if (worker.exitCode !== null) throw new Failure("The Worker could not be started.");
    const isUp = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Failure("The Worker did not answer within two minutes.");
}

type Api = (
  method: string,
  route: string,
  body?: unknown,
) => Promise<{ status: number; body: Record<string, unknown> }>;

function apiClient(url: string, rootApiKey: string): Api {
  return async (method, route, body) => {
    const response = await fetch(url + route, {
      method,
      headers: { authorization: `Bearer ${rootApiKey}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const reply = (await response.json()) as Record<string, unknown>;
    if (response.status >= 500) throw new Failure(`${method} ${route}: ${String(reply.detail)}`);
    return { status: response.status, body: reply };
  };
}

/** The demo integration of the last run; a new one if the database does not have it. */
async function demoIntegration(api: Api, devFile: string): Promise<Demo> {
  if (existsSync(devFile)) {
    const { demo } = JSON.parse(readFileSync(devFile, "utf8")) as DevFile;
    const known = await api("GET", `/v1/integrations/${demo.integrationId}`);
    if (known.status === 200) return { ...demo, ingestUrl: String(known.body.ingestUrl) };
  }
  const { body } = await api("POST", "/v1/integrations", { name: "Demo", provider: "generic" });
  return { integrationId: String(body.id), ingestUrl: String(body.ingestUrl), secret: String(body.secret) };
}

function printWelcome(url: string, rootApiKey: string, demo: Demo, devFile: string): void {
  const body = '{"id":"demo-1","title":"Disk almost full on db-1","severity":"warning","status":"firing"}';
  const signature = createHmac("sha256", demo.secret).update(body).digest("hex");
  console.log(`
Tocsin is running: ${url}
Root API key:      ${rootApiKey}
(both also in ${devFile})

Send a signed alert to the demo integration:

  curl -sS ${demo.ingestUrl} \\
    -H 'Content-Type: application/json' \\
    -H 'X-Webhook-Signature: sha256=${signature}' \\
    -d '${body}'

See it:

  curl -sS ${url}/v1/alerts -H 'Authorization: Bearer ${rootApiKey}'

Or in a browser, with the root key, as the first admin:

  ${url}/welcome

Ctrl-C stops it. From another terminal: kill ${process.pid}
The data stays.`);
}

/** Ends a process and its group with SIGTERM, and after five seconds with SIGKILL. */
function endProcess(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const signalGroup = (signal: NodeJS.Signals) => {
      try {
        process.kill(process.platform === "win32" ? (child.pid ?? 0) : -(child.pid ?? 0), signal);
      } catch {
        // It has ended already.
      }
    };
    const kill = setTimeout(() => signalGroup("SIGKILL"), 5000);
    child.once("exit", () => {
      clearTimeout(kill);
      signalGroup("SIGKILL");
      resolve();
    });
    signalGroup("SIGTERM");
  });
}
