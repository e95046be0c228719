/**
 * `npm run deploy [-- --env staging] [--dry-run] [--create-secrets] [--force] [--url https://…] [--config wrangler.toml]`.
 * Reports everything that is missing at once; applies the migrations; runs `wrangler deploy` with the secrets that the Worker lacks;
 * waits until the new version answers, and sends it requests of sources. It can be run again at any time.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { directUrl, migratePostgres } from "./database.ts";
import { preflight, type Preflight } from "./deploy/preflight.ts";
import { probeIngest } from "./deploy/probe.ts";
import { type Wrangler, wranglerFor } from "./deploy/wrangler.ts";
import { Failure, run } from "./run.ts";
import { environmentProblems, readWorkerConfig, WRANGLER_TOML } from "./worker-config.ts";

/** Cloudflare's error code for a CPU limit on the Free plan. */
const NEEDS_PAID_PLAN = "100328";

/** How long a new version may take to answer everywhere. */
const ANSWER_TIMEOUT_MS = 90_000;

await run(async () => {
  const options = parseOptions();
  const { config, problems } = readConfig(options.config, options.env);
  const wrangler = wranglerFor({ config: options.config, environment: options.env }, [
    ...config.requiredSecrets,
    "MIGRATIONS_DATABASE_URL",
  ]);
  const found = await preflight(config, wrangler, process.env, {
    createsSecrets: options["create-secrets"],
    isForced: options.force,
  });
  assertNoProblems([...problems, ...found.problems]);
  for (const { problem, remedy } of found.warnings) console.log(`Warning: ${problem}\n  ${remedy}`);
  const names = Object.keys(found.secrets);
  console.log(`Migrations to apply: ${found.migrations.join(", ") || "none"}.`);
  console.log(`Secrets to add: ${names.join(", ") || "none"}.`);
  if (options["dry-run"]) {
    console.log(
      `${found.isDeployed ? "Would replace" : "Would create"} the Worker ${config.name}. Nothing was changed.`,
    );
    return;
  }
  await build(wrangler);
  if (found.migrations.length > 0) await migrate();
  const { version, url = options.url } = await deploy(wrangler, found);
  console.log(`Deployed ${config.name}, version ${version}.`);
  await waitForAnswer(options.url ?? url, version);
  if (config.vars.PUBLIC_URL) await assertPublicUrl(config.vars.PUBLIC_URL, version);
  if (found.movesObjects) await syncObjects(options.url ?? url ?? "", process.env.ROOT_API_KEY ?? "");
  await assertReachable(options.url ?? url ?? "");
  console.log(
    found.isDeployed
      ? "Done."
      : `Next: open ${options.url ?? url}/welcome, and create the first admin with the root key.`,
  );
});

function parseOptions() {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: "string", default: WRANGLER_TOML },
        env: { type: "string" },
        "dry-run": { type: "boolean", default: false },
        "create-secrets": { type: "boolean", default: false },
        force: { type: "boolean", default: false },
        url: { type: "string" },
      },
    });
    if (values.url !== undefined && !URL.canParse(values.url)) throw new Error("--url is not a URL.");
    return { ...values, config: path.resolve(values.config) };
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : String(error)}\nSee docs/deploy/README.md.`);
  }
}

function readConfig(file: string, environment: string | undefined) {
  try {
    const config = readWorkerConfig(file, environment);
    const problems =
      environment === undefined ? [] : environmentProblems(environment, config, readWorkerConfig(file, undefined));
    return { config, problems };
  } catch (error) {
    throw new Failure(`${path.basename(file)}: ${error instanceof Error ? error.message.trim() : String(error)}`);
  }
}

function assertNoProblems(problems: Preflight["problems"]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ problem, remedy }) => `- ${problem}\n  ${remedy}`);
  throw new Failure([`Problems: ${problems.length}. Nothing was changed.`, ...lines].join("\n"));
}

/** A bundle that does not build must not leave migrations behind. */
async function build(wrangler: Wrangler): Promise<void> {
  const { code, output } = await wrangler(["deploy", "--dry-run"]);
  if (code !== 0) throw new Failure(`The Worker does not build. Nothing was changed.\n${output}`);
}

async function migrate(): Promise<void> {
  try {
    await migratePostgres(directUrl(process.env.MIGRATIONS_DATABASE_URL || process.env.DATABASE_URL || ""));
  } catch (error) {
    // Drizzle's message is the statement; its cause is the error of Postgres.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Failure(
      `A migration failed. All migrations of this run were rolled back, and nothing was deployed.\n${reason instanceof Error ? reason.message : String(reason)}`,
    );
  }
  console.log("Migrations applied.");
}

/** Uploads code and missing secrets in one step, so that no version runs without them. */
async function deploy(
  wrangler: Wrangler,
  { secrets, created, publicUrl }: Preflight,
): Promise<{ version: string; url: string | undefined }> {
  const values = Object.values(secrets);
  if (created.includes("ROOT_API_KEY")) console.log(`\nROOT_API_KEY, shown only once: ${secrets.ROOT_API_KEY}\n`);
  // Arguments are public, so secrets go through a file that only this user can read.
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-deploy-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
  const [secretsFile, report] = [path.join(directory, "secrets.json"), path.join(directory, "report.ndjson")];
  if (values.length > 0) writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
  const manifest = path.join(import.meta.dirname, "..", "package.json");
  const tag = `v${(JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version}`;
  const flags = [
    `--tag=${tag}`,
    ...(publicUrl === null ? [] : [`--var=PUBLIC_URL:${publicUrl}`]),
    ...(values.length > 0 ? [`--secrets-file=${secretsFile}`] : []),
  ];
  const { code, output } = await wrangler(["deploy", ...flags], { WRANGLER_OUTPUT_FILE_PATH: report });
  if (code !== 0) {
    const masked = values.reduce((text, secret) => text.replaceAll(secret, "***"), output);
    const hint = output.includes(NEEDS_PAID_PLAN)
      ? "\nTocsin needs the Workers Paid plan (docs/deploy/first.md). Applied migrations stay; run this again on that plan."
      : "";
    throw new Failure(`wrangler deploy failed:\n${masked}${hint}`);
  }
  return deploymentIn(readFileSync(report, "utf8"));
}

/** Reads wrangler's report: one JSON object per line. */
function deploymentIn(report: string): { version: string; url: string | undefined } {
  const entries = report
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; version_id?: string; targets?: string[] });
  const { version_id: version = "", targets = [] } = entries.find(({ type }) => type === "deploy") ?? {};
  const host = targets.flatMap((target) => /^(\S+) \(custom domain/.exec(target)?.[1] ?? [])[0];
  return { version, url: host === undefined ? targets.find((one) => one.startsWith("https://")) : `https://${host}` };
}

/** Waits until the new version and its Postgres answer. @throws Failure after ANSWER_TIMEOUT_MS */
async function waitForAnswer(url: string | undefined, version: string): Promise<void> {
  if (url === undefined) throw new Failure("Deployed, but the address is unknown. Pass --url https://… to check it.");
  let last = "";
  for (const deadline = Date.now() + ANSWER_TIMEOUT_MS; Date.now() < deadline;) {
    const health = await get(`${url}/healthz`);
    last = `/healthz answers ${health.status || "nothing"}, version ${health.version ?? "unknown"}`;
    if (health.status === 200 && health.version === version) {
      const { status } = await get(`${url}/readyz`);
      if (status === 200) return console.log(`${url} and its Postgres answer.`);
      last = `/readyz answers ${status}: the Worker cannot reach Postgres. Check its secret DATABASE_URL`;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Failure(
    `Deployed, but ${url} is not healthy: ${last}.
Behind Cloudflare Access, /healthz and /readyz must be public (docs/deploy/access.md). To go back: docs/deploy/rollback.md.`,
  );
}

/** A link to the console must lead to this Worker. */
async function assertPublicUrl(origin: string, version: string): Promise<void> {
  const health = await get(`${origin}/healthz`);
  if (health.status === 200 && health.version === version) return;
  throw new Failure(
    `Deployed, but PUBLIC_URL is ${origin}, where /healthz answers ${health.status || "nothing"}, version ${health.version ?? "unknown"}.
Links in messages would not lead to this Worker. Correct PUBLIC_URL in wrangler.toml, or leave it empty (docs/deploy/domain.md).`,
  );
}

/** Whether deliveries reach the Worker: security settings of the zone come before it, and leave no record there. */
async function assertReachable(url: string): Promise<void> {
  const blocked = await probeIngest(url);
  if (blocked.length === 0) return console.log(`Deliveries to ${url} reach the Worker.`);
  throw new Failure(
    `Deployed, but deliveries to ${url} do not all reach the Worker. Answers to POST /in/…:
${blocked.map((line) => `- ${line}`).join("\n")}
Bot Fight Mode, a rule of the WAF, “I'm under attack” or Access answers them: docs/deploy/domain.md. Tocsin has no record of such deliveries.`,
  );
}

/** Sends their configs to new objects, page by page. Without one, an object answers every delivery with 404. */
async function syncObjects(url: string, rootApiKey: string): Promise<void> {
  const headers = { authorization: `Bearer ${rootApiKey}` };
  const failed: string[] = [];
  let count = 0;
  for (let cursor: string | null = ""; cursor !== null;) {
    const address: string = `${url}/v1/integrations/sync${cursor && `?cursor=${cursor}`}`;
    const response = await fetch(address, { method: "POST", headers }).catch(() => null);
    if (!response?.ok) {
      throw new Failure(
        `Deployed, but new objects have no config: POST ${address} answers ${response?.status ?? "nothing"}.
Sources get 404. Repeat this request with the root key now, and then with each \`nextCursor\`.`,
      );
    }
    const page = (await response.json()) as { synced: number; failed: string[]; nextCursor: string | null };
    count += page.synced;
    failed.push(...page.failed);
    cursor = page.nextCursor;
  }
  console.log(`Integrations synced to new objects: ${count}.`);
  if (failed.length === 0) return;
  throw new Failure(`Deployed, but the objects of these integrations do not answer, and have no config: ${failed.join(", ")}.
Their sources get 404. Repeat POST ${url}/v1/integrations/sync with the root key.`);
}

async function get(url: string): Promise<{ status: number; version?: string }> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
    const body = (await response.json().catch(() => null)) as { version?: string } | null;
    return { status: response.status, ...(body?.version !== undefined && { version: body.version }) };
  } catch {
    return { status: 0 };
  }
}
