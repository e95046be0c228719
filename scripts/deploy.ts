/**
 * `npm run deploy [-- --env staging] [--dry-run] [--create-secrets] [--force] [--url https://…] [--config wrangler.toml]`: looks
 * whether everything is there that a deployment requireScope and says all that is missing; then migrates the database, deploys the Worker
 * with the secrets that it lacks, and waits until the new version answers. It may be run again at any time.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { SecretBox } from "../src/lib/secret-box.ts";
import { readAccount, readLive } from "./deploy/cloudflare.ts";
import { inspectDatabase, workerUrlProblem } from "./deploy/database.ts";
import { type Facts, type GivenSecret, planDeployment } from "./deploy/plan.ts";
import { answersAt, deploy, migrate, tellObjects } from "./deploy/steps.ts";
import { complaintsText, nextText, planText } from "./deploy/text.ts";
import { type Wrangler, wranglerFor } from "./deploy/wrangler.ts";
import { readMigrations } from "./migrations.ts";
import { Failure, run } from "./run.ts";
import { configComplaints, lackingIn, readWorkerConfig, WRANGLER_TOML } from "./worker-config.ts";

await run(async () => {
  const options = given();
  const config = readConfig(options);
  const wrangler = wranglerFor(options, [...config.requiredSecrets, "MIGRATIONS_DATABASE_URL"]);
  const { facts, uploadSize } = await gatherFacts(options, config, wrangler);
  const plan = planDeployment(facts);
  for (const note of plan.notes) console.log(`Note: ${note}`);
  if (plan.complaints.length > 0) throw new Failure(complaintsText(plan.complaints));
  if (options.isDryRun) {
    console.log(planText(plan, facts, uploadSize));
    return;
  }
  await migrate(plan);
  const deployment = await deploy(wrangler, plan, config.name);
  await answersAt(options.url ?? deployment.url, deployment.version);
  if (plan.movesObjects) await tellObjects(options.url ?? deployment.url ?? "", process.env.ROOT_API_KEY ?? "");
  console.log(nextText(options.url ?? deployment.url, facts));
});

interface Options {
  config: string;
  environment: string | undefined;
  isDryRun: boolean;
  createsSecrets: boolean;
  isForced: boolean;
  /** Where the deployment answers, if not where wrangler says. */
  url: string | undefined;
}

function given(): Options {
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
    if (values.url !== undefined && !URL.canParse(values.url)) throw new Error("--url is not a URL");
    return {
      config: path.resolve(values.config),
      environment: values.env || undefined,
      isDryRun: values["dry-run"],
      createsSecrets: values["create-secrets"],
      isForced: values.force,
      url: values.url,
    };
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : String(error)}\nSee docs/deploy/README.md.`);
  }
}

function readConfig({ config, environment }: Options) {
  try {
    return readWorkerConfig(config, environment);
  } catch (error) {
    throw new Failure(`${path.basename(config)}: ${error instanceof Error ? error.message.trim() : String(error)}`);
  }
}

/** Everything that a plan is made of, and what an upload would weigh. */
async function gatherFacts(
  { config: file, environment, createsSecrets, isForced }: Options,
  config: ReturnType<typeof readConfig>,
  wrangler: Wrangler,
): Promise<{ facts: Facts; uploadSize: string }> {
  const [database, account, build] = await Promise.all([
    inspectDatabase(process.env),
    readAccount(wrangler),
    buildOnly(wrangler),
  ]);
  const accountId = process.env.CLOUDFLARE_ACCOUNT_ID || config.accountId;
  const isClear = account.kind === "signed-in" && (accountId !== undefined || account.accounts.length === 1);
  const facts: Facts = {
    worker: config.name,
    config: [
      ...configComplaints(config),
      ...(environment === undefined ? [] : lackingIn(environment, config, readWorkerConfig(file, undefined))),
    ],
    buildError: build.error,
    accountId,
    requiredSecrets: config.requiredSecrets,
    vars: config.vars,
    account,
    live: isClear ? await readLive(wrangler) : { kind: "unknown", detail: "no account is chosen." },
    given: await givenSecrets(config),
    database,
    migrations: readMigrations(),
    createsSecrets,
    isForced,
  };
  return { facts, uploadSize: build.size };
}

async function buildOnly(wrangler: Wrangler): Promise<{ error: string | null; size: string }> {
  const { code, output } = await wrangler(["deploy", "--dry-run"]);
  return { error: code === 0 ? null : output, size: /^Total Upload: (.*)$/m.exec(output)?.[1] ?? "" };
}

/** The secrets that stand in the environment, and whether they can be what they are called. */
async function givenSecrets({ requiredSecrets, vars }: ReturnType<typeof readConfig>): Promise<GivenSecret[]> {
  const names = requiredSecrets.filter((name) => process.env[name]);
  return Promise.all(
    names.map(async (name) => ({ name, problem: await secretProblem(name, process.env[name] ?? "", vars) })),
  );
}

async function secretProblem(name: string, value: string, vars: Readonly<Record<string, string>>) {
  if (name === "DATABASE_URL") return workerUrlProblem(value, vars.NEON_ENDPOINT ?? "");
  if (name !== "ENCRYPTION_KEYS") return value.length >= 32 ? null : "is shorter than 32 characters";
  const isWellFormed = await SecretBox.open(value).then(
    () => true,
    () => false,
  );
  return isWellFormed ? null : "is not `id:base64` of 32 bytes, or several with commas between";
}
