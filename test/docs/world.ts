/** What the docs take for given: a clone of the project, a service that runs, a database, and things to talk about. */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { startCloudflare } from "../support/cloudflare.ts";
import { startPostgres, type TestPostgres } from "../../scripts/lib/postgres.ts";
import { api, createIntegration, flushed, send, type Service, startService } from "../support/service.ts";
import { wranglerCommands } from "./wrangler-commands.ts";

export const ROOT = path.join(import.meta.dirname, "../..");

/** What is made and not kept: a clone has none of it. */
const NOT_CLONED = new Set([".git", ".tocsin", ".wrangler", "coverage", "dist", "node_modules"]);

/** What a reader's shells keep in their home. */
const HOME_FOLDERS = [".local/share/bash-completion/completions", ".config/fish/completions", ".zsh"];

export interface World {
  service: Service;
  /** The same with a key of our own: what we ask does not count against the limit of the pages' key. */
  ours: Service;
  /** A copy of the project to work in, whose `.tocsin` is the service's. */
  clone: string;
  /** The environment in which wrangler finds what answers for Cloudflare. */
  cloudflare: Record<string, string>;
  /** An empty PostgreSQL, started when it is first asked for. */
  postgres(): Promise<TestPostgres>;
  /** Ends everything and removes what it left. */
  end(): Promise<void>;
}

/** Starts the service once, for all pages. */
export async function startWorld(): Promise<World> {
  const clone = realpathSync(mkdtempSync(path.join(tmpdir(), "tocsin-docs-")));
  cpSync(ROOT, clone, {
    recursive: true,
    filter: (source) => !NOT_CLONED.has(path.relative(ROOT, source)),
  });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(clone, "node_modules"));
  // What installing makes.
  execFileSync("npm", ["run", "--if-present", "prepare"], { cwd: clone, stdio: "ignore" });
  const service = await startService({}, path.join(clone, ".tocsin"));
  const { body } = await api<{ key: string }>(service, "POST", "/v1/api-keys", { name: "Ours", scopes: ["admin"] });
  writeFileSync(kept(clone, "welcome.txt"), service.output());
  writeFileSync(kept(clone, "wrangler-commands.json"), JSON.stringify(wranglerCommands()));
  // What a reader has: files that commands read, and a home with its usual folders.
  writeFileSync(path.join(clone, "key.txt"), `${service.rootApiKey}\n`);
  writeFileSync(path.join(clone, "alert.json"), '{"id":"file","title":"Disk almost full on db-2"}');
  for (const folder of HOME_FOLDERS) mkdirSync(path.join(kept(clone, "home"), folder), { recursive: true });
  const cloudflare = await startCloudflare();
  for (const version of ["first", "second"]) await deployed(clone, cloudflare.env, version);
  let postgres: Promise<TestPostgres> | undefined;
  return {
    service,
    ours: { ...service, rootApiKey: body.key },
    clone,
    cloudflare: cloudflare.env,
    postgres: () => (postgres ??= startPostgres()),
    async end() {
      await service.stop();
      await cloudflare.close();
      await (await postgres)?.stop();
      rmSync(clone, { recursive: true, force: true });
    },
  };
}

/** Whoever reads about deployments has some: one that runs, and one to go back to. */
async function deployed(clone: string, env: Record<string, string>, tag: string): Promise<void> {
  const secrets = { DATABASE_URL: "postgresql://…", ROOT_API_KEY: "…", ENCRYPTION_KEYS: "…", AUTH_SECRET: "…" };
  writeFileSync(path.join(clone, "secrets.json"), JSON.stringify(secrets));
  const flags = ["deploy", "--env=", `--tag=${tag}`, "--secrets-file=secrets.json"];
  const wrangler = path.join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  await promisify(execFile)(process.execPath, [wrangler, ...flags], { cwd: clone, env: { ...process.env, ...env } });
  rmSync(path.join(clone, "secrets.json"));
}

/** Where something is kept that the stand-ins for a reader's programs read. */
const kept = (clone: string, file: string): string => path.join(clone, ".tocsin", file);

/** The environment of a reader's commands. */
export const environmentOf = ({ service, ours, clone, cloudflare }: World): Record<string, string> => ({
  ...cloudflare,
  PATH: `${path.join(import.meta.dirname, "bin")}:${readersPath()}`,
  READERS_PATH: readersPath(),
  DOCS_HARNESS: import.meta.dirname,
  WELCOME: kept(clone, "welcome.txt"),
  WRANGLER_COMMANDS: kept(clone, "wrangler-commands.json"),
  HOME: kept(clone, "home"),
  PORT: new URL(service.url).port,
  SERVICE_URL: service.url,
  SERVICE_KEY: ours.rootApiKey,
  ROOT_API_KEY: service.rootApiKey,
  TOCSIN_KEY: service.rootApiKey,
  TOCSIN_API_KEY: service.rootApiKey,
  // A service token of Cloudflare Access, which looks at it before the service does.
  CLIENT_ID: "0123456789abcdef.access",
  CLIENT_SECRET: "0123456789abcdef0123456789abcdef",
});

/**
 * What commands name without having made it: an integration with a delivery that opened an alert, and another one. Nothing
 * where they name nothing of it.
 */
export async function thingsFor(commands: string, { ours }: World): Promise<Record<string, string>> {
  if (!/\$\{?(ID|INTEGRATION|INGEST_URL|ALERT|DELIVERY)\b/.test(commands)) return {};
  const integration = await createIntegration(ours, { name: "Docs", provider: "generic" });
  const { body } = await send(integration, { id: "docs", title: "Disk almost full on db-1", severity: "high" });
  await send(integration, { id: "docs, too", title: "Queue is full", severity: "low" });
  await flushed(ours, integration);
  return {
    ID: integration.integrationId,
    INTEGRATION: integration.integrationId,
    INGEST_URL: integration.ingestUrl,
    SECRET: integration.secret,
    ALERT: body.alerts[0]?.id ?? "",
    DELIVERY: body.deliveryId,
  };
}

/** The right Node first, as npm has it for what it runs. */
const readersPath = (): string => `${path.join(ROOT, "node_modules/.bin")}:${process.env.PATH ?? ""}`;

/** A version of the Worker. */
const version = (which: "first" | "last"): string =>
  `"$(npx wrangler versions list --json --env="" | jq -r 'sort_by(.number) | ${which}.id')"`;

/** Commands of a page with what really is in the place of its examples. */
export async function withExamplesFilled(text: string, world: World): Promise<string> {
  const filled = text
    .replaceAll(/https?:\/\/(127\.0\.0\.1|localhost):8787/g, world.service.url)
    .replaceAll(/https:\/\/(tocsin|staging)\.example\.com/g, world.service.url)
    .replaceAll(/<(old|version) id>/g, () => version("first"))
    .replaceAll("<new id>", () => version("last"))
    .replaceAll(/\bDATABASE_URL=(<[^>]*>|'postgresql:\/\/…')/g, "DATABASE_URL=<postgres>")
    // A value that the reader must have: the environment has it, or the block fails for want of it.
    .replaceAll(/^((?:export )?(\w+))=(['"]?)[^\s'"]*…[^\s'"]*\3/gm, '$1="$$$2"');
  return filled.includes("<postgres>") ? filled.replaceAll("<postgres>", (await world.postgres()).url) : filled;
}

/** What a page's reader has from the pages before it: who deploys has a database. */
export async function environmentFor(file: string, world: World): Promise<Record<string, string>> {
  const environment = environmentOf(world);
  return file.startsWith("docs/deploy/") ? { ...environment, DATABASE_URL: (await world.postgres()).url } : environment;
}

/** Texts of a source's page with an integration of its own in the place of `<INGEST_URL>` and `<SECRET>`. */
export async function forSource(texts: string[], provider: string, world: World): Promise<string[]> {
  const demo = await createIntegration(world.ours, { provider });
  return texts.map((text) => text.replaceAll("<INGEST_URL>", demo.ingestUrl).replaceAll("<SECRET>", demo.secret));
}
