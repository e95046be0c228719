/** The steps of a deployment, which change something. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { directUrl, migratePostgres } from "../database.ts";
import { Failure } from "../run.ts";
import type { Plan } from "./plan.ts";
import type { Wrangler } from "./wrangler.ts";

const PACKAGE = path.join(import.meta.dirname, "..", "..", "package.json");

/** How long a new version may take until it answers everywhere that we can see. */
const ANSWER_WITHIN_MS = 90_000;

/** Applies the migrations of a plan. @throws Failure when one fails: then nothing of this run stays */
export async function migrate({ migrations }: Plan): Promise<void> {
  if (migrations.length === 0) {
    console.log("Database: every migration is there already.");
    return;
  }
  const url = process.env.MIGRATIONS_DATABASE_URL || process.env.DATABASE_URL || "";
  try {
    await migratePostgres(directUrl(url));
  } catch (error) {
    // What drizzle says has the statement; what Postgres says of it is behind.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Failure(
      `A migration failed, none of this run stays, and nothing is deployed: ${reason instanceof Error ? reason.message : String(reason)}`,
    );
  }
  console.log(`Database: applied ${migrations.join(", ")}.`);
}

/** Uploads the Worker, and with it the secrets that it lacks: one step, so no version is ever without them. @throws Failure */
export async function deploy(
  wrangler: Wrangler,
  { secrets }: Plan,
  worker: string,
): Promise<{ version: string; url: string | undefined }> {
  const values = {
    ...Object.fromEntries(secrets.fromEnvironment.map((name) => [name, process.env[name] ?? ""])),
    ...Object.fromEntries(secrets.made.map((name) => [name, newSecret(name)])),
  };
  const names = Object.keys(values);
  if (names.length > 0) console.log(`Secrets that go with it: ${names.join(", ")}.`);
  if (secrets.made.includes("ROOT_API_KEY")) {
    console.log(`\nROOT_API_KEY, shown this once: ${values.ROOT_API_KEY}\n`);
  }
  // In a file that nobody else can read, since arguments can be read by everybody.
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-deploy-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // Also when somebody loses patience.
  process.once("exit", remove);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, giveUp);
  try {
    const [secretsFile, report] = [path.join(directory, "secrets.json"), path.join(directory, "report.ndjson")];
    if (names.length > 0) writeFileSync(secretsFile, JSON.stringify(values), { mode: 0o600 });
    const { version } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string };
    const flags = [`--tag=v${version}`, ...(names.length > 0 ? [`--secrets-file=${secretsFile}`] : [])];
    const { code, output } = await wrangler(["deploy", ...flags], { WRANGLER_OUTPUT_FILE_PATH: report });
    if (code !== 0) throw new Failure(`wrangler deploy failed:\n${without(Object.values(values), output)}`);
    const deployment = deploymentIn(readFileSync(report, "utf8"));
    console.log(`Worker: deployed ${worker}, version ${deployment.version}.`);
    return deployment;
  } finally {
    remove();
  }
}

const giveUp = (): never => process.exit(1);

/** What wrangler reports of a deployment, a JSON text a line. */
function deploymentIn(report: string): { version: string; url: string | undefined } {
  const entries = report
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; version_id?: string; targets?: string[] });
  const { version_id: version = "", targets = [] } = entries.find(({ type }) => type === "deploy") ?? {};
  const custom = targets.flatMap((target) => /^(\S+) \(custom domain/.exec(target)?.[1] ?? []);
  const [url] = [
    ...custom.map((host) => `https://${host}`),
    ...targets.filter((target) => target.startsWith("https://")),
  ];
  return { version, url };
}

function newSecret(name: string): string {
  const bytes = randomBytes(32);
  if (name === "ENCRYPTION_KEYS") return `${new Date().getUTCFullYear()}a:${bytes.toString("base64")}`;
  return bytes.toString("base64url");
}

/** A text of another program, which has no business to tell secrets. */
const without = (secrets: readonly string[], text: string): string =>
  secrets.reduce((cleaned, secret) => (secret === "" ? cleaned : cleaned.replaceAll(secret, "***")), text);

/** Waits until the new version answers, and Postgres behind it. @throws Failure when that takes too long */
export async function answersAt(url: string | undefined, version: string): Promise<void> {
  if (url === undefined) {
    throw new Failure(
      "Deployed, but wrangler names no address to look at: say `--url https://…` to have it looked at.",
    );
  }
  const deadline = Date.now() + ANSWER_WITHIN_MS;
  let last = "nothing was asked yet";
  while (Date.now() < deadline) {
    const alive = await ask(`${url}/healthz`);
    const answering = (alive.body as { version?: string } | null)?.version;
    if (alive.status === 200 && answering === version) {
      const ready = await ask(`${url}/readyz`);
      if (ready.status === 200) {
        console.log(`It answers at ${url}, and Postgres answers behind it.`);
        return;
      }
      last = `/readyz answers ${ready.status}: the Worker does not visibleTeams Postgres. Look at its secret DATABASE_URL`;
    } else if (alive.status === 200 && answering !== undefined) {
      last = `/healthz is still of version ${answering}`;
    } else {
      last = `/healthz answers ${alive.status || "nothing"}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Failure(
    `Deployed, but ${url} is not as it should be: ${last}. Behind Cloudflare Access, /healthz and /readyz must be open for this
(docs/deploy/access.md). To go back: npx wrangler rollback (docs/deploy/rollback.md).`,
  );
}

/** Tells new objects of their integrations. @throws Failure when that cannot be done */
export async function tellObjects(url: string, rootApiKey: string): Promise<void> {
  const headers = { authorization: `Bearer ${rootApiKey}` };
  const response = await fetch(`${url}/v1/integrations/sync`, { method: "POST", headers }).catch(() => null);
  if (!response?.ok) {
    throw new Failure(
      `Deployed, but objects know no integrations yet: POST ${url}/v1/integrations/sync answers ${response?.status ?? "nothing"}.
Do it now, with the root key: deliveries are refused until then.`,
    );
  }
  const { synced } = (await response.json()) as { synced: number };
  console.log(`Objects: told of ${synced} integrations.`);
}

async function ask(url: string): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: await response.json().catch(() => null) };
  } catch {
    return { status: 0, body: null };
  }
}
