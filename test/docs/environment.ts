/** The environment of a reader of the docs: a clone of the project, a running service, a database, and fakes of a few programs. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { startPostgres, type TestPostgres } from "../../scripts/lib/postgres.ts";
import { api, createIntegration, flushed, send, type Service, startService } from "../support/service.ts";

export const ROOT = path.join(import.meta.dirname, "../..");

/** Folders that a clone does not have. */
const NOT_CLONED = new Set([".git", ".tocsin", ".wrangler", "coverage", "dist", "node_modules"]);

export interface Reader {
  /** A copy of the project. Its `.tocsin` is the service's state folder. */
  clone: string;
  env: Record<string, string>;
  service: Service;
  postgresUrl: string;
  /** An endpoint of subscriptions that accepts every message. */
  endpointUrl: string;
  end(): Promise<void>;
}

/** Starts everything, once for all pages. */
export async function startReader(): Promise<Reader> {
  const clone = realpathSync(mkdtempSync(path.join(tmpdir(), "tocsin-docs-")));
  cpSync(ROOT, clone, { recursive: true, filter: (source) => !NOT_CLONED.has(path.relative(ROOT, source)) });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(clone, "node_modules"));
  execFileSync("npm", ["run", "--if-present", "prepare"], { cwd: clone, stdio: "ignore" });
  const [service, postgres]: [Service, TestPostgres] = await Promise.all([
    startService({}, path.join(clone, ".tocsin")),
    startPostgres(),
  ]);
  const endpoint = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  const welcome = path.join(clone, ".tocsin", "welcome.txt");
  writeFileSync(welcome, service.output());
  writeFileSync(path.join(clone, "key.txt"), `${service.rootApiKey}\n`);
  writeFileSync(path.join(clone, "alert.json"), '{"id":"file","title":"Disk almost full on db-2"}');
  // The project's Node comes first, as in npm scripts.
  const readersPath = `${path.join(ROOT, "node_modules/.bin")}:${process.env.PATH ?? ""}`;
  return {
    clone,
    service,
    postgresUrl: postgres.url,
    endpointUrl: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`,
    env: {
      PATH: `${path.join(import.meta.dirname, "bin")}:${readersPath}`,
      READERS_PATH: readersPath,
      DOCS_TESTS: import.meta.dirname,
      WELCOME: welcome,
      HOME: path.join(clone, ".tocsin"),
      PORT: new URL(service.url).port,
      SERVICE_URL: service.url,
      ROOT_API_KEY: service.rootApiKey,
      TOCSIN_KEY: service.rootApiKey,
      TOCSIN_API_KEY: service.rootApiKey,
      // A service token of Cloudflare Access.
      CLIENT_ID: "0123456789abcdef.access",
      CLIENT_SECRET: "0123456789abcdef0123456789abcdef",
      WRANGLER_SEND_METRICS: "false",
    },
    async end() {
      endpoint.closeAllConnections();
      endpoint.close();
      await Promise.all([service.stop(), postgres.stop()]);
      rmSync(clone, { recursive: true, force: true });
    },
  };
}

/** The database of a deployment. */
export const environmentFor = (file: string, { env, postgresUrl }: Reader): Record<string, string> =>
  file.startsWith("docs/deploy/") ? { ...env, DATABASE_URL: postgresUrl } : env;

/** Variables that commands use without setting them: an integration with two alerts, a silence, an API key and a subscription. */
export async function examplesFor(commands: string, { service, endpointUrl }: Reader): Promise<Record<string, string>> {
  if (!/\$\{?(ID|INTEGRATION|INGEST_URL|ALERT|DELIVERY|SILENCE|API_KEY|SUBSCRIPTION)\b/.test(commands)) return {};
  const integration = await createIntegration(service, { name: "Docs", provider: "generic" });
  const { body } = await send(integration, { id: "docs", title: "Disk almost full on db-1", severity: "high" });
  await send(integration, { id: "docs-2", title: "Queue is full", severity: "low" });
  await flushed(service, integration);
  const endsAt = new Date(Date.now() + 3_600_000);
  const silence = { matchers: [{ name: "service", value: "payments" }], endsAt, comment: "Deploy" };
  // Only what the commands use: a service has few subscriptions.
  const created: Record<string, string> = {};
  for (const [name, route, settings] of [
    ["SILENCE", "/v1/silences", silence],
    ["API_KEY", "/v1/api-keys", { name: "ci", scopes: ["alerts:read"] }],
    ["SUBSCRIPTION", "/v1/subscriptions", { name: "Docs", url: `${endpointUrl}/${crypto.randomUUID()}` }],
  ] as const) {
    if (new RegExp(String.raw`\$\{?${name}\b`).test(commands))
      created[name] = (await api<{ id: string }>(service, "POST", route, settings)).body.id;
  }
  return {
    ...created,
    ID: integration.integrationId,
    INTEGRATION: integration.integrationId,
    INGEST_URL: integration.ingestUrl,
    SECRET: integration.secret,
    ALERT: body.alerts[0]?.id ?? "",
    DELIVERY: body.deliveryId,
  };
}

/** Commands of a page with real values in the place of its examples. */
export async function fillIn(text: string, file: string, { service, postgresUrl }: Reader): Promise<string> {
  const filled = text
    .replaceAll(/https?:\/\/(127\.0\.0\.1|localhost):8787|https:\/\/(tocsin|staging)\.example\.com/g, service.url)
    .replaceAll(/<(old|new|version) id>/g, crypto.randomUUID())
    .replaceAll(/\bDATABASE_URL=(<[^>]*>|'postgresql:\/\/…')/g, `DATABASE_URL=${postgresUrl}`)
    // A value that the reader has: it is in the environment, or the block fails.
    .replaceAll(/^((?:export )?(\w+))=(['"]?)[^\s'"]*…[^\s'"]*\3/gm, '$1="$$$2"');
  const provider = /^docs\/providers\/(.+)\.md$/.exec(file)?.[1];
  if (provider === undefined || !/<(INGEST_\w+|SECRET)>/.test(filled)) return filled;
  const { ingestUrl, secret } = await createIntegration(service, { provider });
  const { protocol, host, pathname } = new URL(ingestUrl);
  return filled
    .replaceAll("<INGEST_URL>", ingestUrl)
    .replaceAll("<INGEST_SCHEME>", protocol.slice(0, -1))
    .replaceAll("<INGEST_HOST>", host)
    .replaceAll("<INGEST_PATH>", pathname)
    .replaceAll("<SECRET>", secret);
}
