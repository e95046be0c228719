/** What a deployment would do, and everything that stands in its way: facts in, plan out. Values of secrets are never in a plan. */
import type { Complaint } from "../worker-config.ts";

/** Who is signed in at Cloudflare. */
export type Account = { kind: "signed-in"; accounts: readonly string[] } | { kind: "unknown"; detail: string };

/** The Worker as it is deployed now. */
export type Live =
  | { kind: "unknown"; detail: string }
  | { kind: "absent" }
  | { kind: "there"; secrets: readonly string[]; vars: Readonly<Record<string, string>> };

/** The database that migrations are for. `place` is its host and name, without the password. */
export type Database =
  | { kind: "not-given" }
  | { kind: "unusable"; problem: string; remedy: string }
  | {
      kind: "reached";
      place: string;
      /** Times of the migrations in its history, as drizzle writes them. */
      applied: readonly number[];
      /** Tables named as ours that it has. */
      tables: readonly string[];
      /** Those of them that belong to another role. */
      foreignTables: readonly string[];
      isReadOnly: boolean;
      mayCreate: boolean;
      trigram: "installed" | "available" | "missing";
    };

/** A secret that stands in the environment; what is wrong with it, if anything. */
export interface GivenSecret {
  name: string;
  problem: string | null;
}

export interface Facts {
  worker: string;
  /** What is wrong with wrangler.toml, whatever is deployed. */
  config: readonly Complaint[];
  /** Why the bundle cannot be built. */
  buildError: string | null;
  accountId: string | undefined;
  requiredSecrets: readonly string[];
  vars: Readonly<Record<string, string>>;
  account: Account;
  live: Live;
  given: readonly GivenSecret[];
  database: Database;
  migrations: readonly { name: string; createdAt: number }[];
  /** Makes what can be made of the missing secrets. */
  createsSecrets: boolean;
  /** Goes on where that leaves objects behind. */
  isForced: boolean;
}

export interface Plan {
  /** Everything that must be put right first. */
  complaints: readonly Complaint[];
  /** What the operator should know, though it stands in no way. */
  notes: readonly string[];
  /** Migrations to apply, in their order. */
  migrations: readonly string[];
  /** Secrets that the Worker lacks: taken from the environment, or made. */
  secrets: { fromEnvironment: readonly string[]; made: readonly string[] };
  /** Every integration gets a new object, which must be told of its integration. */
  movesObjects: boolean;
}

/** Secrets that are nothing but random, so that they can be made for the operator. */
export const MAKEABLE = ["ROOT_API_KEY", "ENCRYPTION_KEYS", "AUTH_SECRET"];

/** Decides on a deployment. There is nothing to complain about exactly if it can go on. */
export function planDeployment(facts: Facts): Plan {
  const secrets = planSecrets(facts);
  const database = planMigrations(facts);
  const objects = judgeObjects(facts);
  return {
    complaints: [
      ...facts.config,
      ...judgeBuild(facts),
      ...judgeAccount(facts),
      ...secrets.complaints,
      ...database.complaints,
      ...objects.complaints,
    ],
    notes: [...database.notes, ...objects.notes],
    migrations: database.migrations,
    secrets: { fromEnvironment: secrets.fromEnvironment, made: secrets.made },
    movesObjects: objects.areMoved,
  };
}

const judgeBuild = ({ buildError }: Facts): Complaint[] =>
  buildError === null
    ? []
    : [
        {
          problem: `The Worker cannot be built:\n${buildError}`,
          remedy: "Mend that: `npm run check` tells of it too.",
        },
      ];

function judgeAccount({ account, accountId }: Facts): Complaint[] {
  if (account.kind === "unknown") {
    return [
      {
        problem: `Not signed in at Cloudflare: ${account.detail}`,
        remedy:
          "Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN to a token made from the template “Edit Cloudflare Workers”.",
      },
    ];
  }
  if (account.accounts.length === 0) {
    return [
      {
        problem: "The token sees no account at Cloudflare.",
        remedy: "Set CLOUDFLARE_ACCOUNT_ID, or make a token for the account.",
      },
    ];
  }
  if (account.accounts.length > 1 && accountId === undefined) {
    return [
      {
        problem: `Several accounts at Cloudflare: ${account.accounts.join(", ")}.`,
        remedy: "Set CLOUDFLARE_ACCOUNT_ID to the id of the one to deploy to.",
      },
    ];
  }
  return [];
}

function planSecrets({ worker, requiredSecrets, account, live, given, createsSecrets, database }: Facts) {
  const complaints: Complaint[] = [];
  const fromEnvironment: string[] = [];
  const made: string[] = [];
  if (live.kind === "unknown" && account.kind === "signed-in") {
    complaints.push({
      problem: `Cloudflare does not tell what ${worker} has: ${live.detail}`,
      remedy: "Look whether the token may edit Workers of this account.",
    });
  }
  const there = live.kind === "there" ? live.secrets : [];
  const missing = requiredSecrets.filter((secret) => !there.includes(secret));
  for (const name of missing) {
    // Migrations ask for it as well.
    if (name === "DATABASE_URL" && database.kind === "not-given") continue;
    const own = given.find((secret) => secret.name === name);
    if (own) {
      if (own.problem === null) fromEnvironment.push(name);
      else
        complaints.push({
          problem: `${name} in the environment ${own.problem}.`,
          remedy: `Set it anew: ${howToMake(name)}.`,
        });
    } else if (createsSecrets && MAKEABLE.includes(name) && live.kind !== "unknown") {
      made.push(name);
    } else if (!(createsSecrets && MAKEABLE.includes(name))) {
      complaints.push({
        problem:
          live.kind === "unknown"
            ? `${name} is not in the environment, and whether ${worker} has it cannot be seen.`
            : `${worker} lacks the secret ${name}.`,
        remedy: MAKEABLE.includes(name)
          ? `Let \`--create-secrets\` make it, or set ${name} in the environment: ${howToMake(name)}.`
          : `Set ${name} in the environment: ${howToMake(name)}.`,
      });
    }
  }
  return { complaints, fromEnvironment, made };
}

/** How an operator comes by a secret. */
function howToMake(name: string): string {
  if (name === "DATABASE_URL") return "the connection string of the Neon database, postgresql://…";
  if (name === "ENCRYPTION_KEYS") return "`2026a:$(openssl rand -base64 32)`, newest first if there are several";
  return "`openssl rand -base64 32`";
}

function planMigrations({ database, migrations }: Facts) {
  const [none, notes]: [string[], string[]] = [[], []];
  if (database.kind === "not-given") {
    return {
      complaints: [
        {
          problem: "DATABASE_URL is not set: the database's migrations come before the Worker.",
          remedy:
            "Set it in the environment of this command (in Workers Builds: Settings, Build, Variables and secrets).",
        },
      ],
      notes,
      migrations: none,
    };
  }
  if (database.kind === "unusable") {
    const { problem, remedy } = database;
    return { complaints: [{ problem, remedy }], notes, migrations: none };
  }

  const { place, applied, tables } = database;
  const last = Math.max(0, ...applied);
  const pending = migrations.filter(({ createdAt }) => createdAt > last).map(({ name }) => name);
  const newest = Math.max(0, ...migrations.map(({ createdAt }) => createdAt));
  if (last > newest) notes.push(`${place} has migrations that this version does not know: it goes on with them.`);
  if (applied.length === 0 && tables.length > 0) {
    return {
      complaints: [
        {
          problem: `${place} has tables (${tables.join(", ")}) and no history of migrations.`,
          remedy:
            "Run `npm run db:baseline`, which adopts them or says in what they differ; or take an empty database.",
        },
      ],
      notes,
      migrations: none,
    };
  }
  return { complaints: pending.length === 0 ? [] : judgePrivileges(database), notes, migrations: pending };
}

function judgePrivileges(database: Extract<Database, { kind: "reached" }>): Complaint[] {
  const { place, isReadOnly, mayCreate, foreignTables, trigram } = database;
  const complaints: Complaint[] = [];
  if (isReadOnly) {
    complaints.push({ problem: `${place} takes no writes.`, remedy: "Name the primary, not a read replica." });
  }
  if (!mayCreate) {
    complaints.push({
      problem: `The role of ${place} may not create tables there.`,
      remedy: "Take the database's owner for DATABASE_URL or MIGRATIONS_DATABASE_URL.",
    });
  }
  if (foreignTables.length > 0) {
    complaints.push({
      problem: `The role of ${place} does not own ${foreignTables.join(", ")}, so it cannot change them.`,
      remedy: "Take the role that made them for MIGRATIONS_DATABASE_URL.",
    });
  }
  if (trigram === "missing") {
    complaints.push({
      problem: `${place} does not have the extension pg_trgm.`,
      remedy: "Install it, or take Neon, which has it.",
    });
  }
  return complaints;
}

/** Objects in another jurisdiction are other objects, and those that are left have outboxes and remember open alerts. */
function judgeObjects({ worker, vars, live, given, isForced }: Facts) {
  const complaints: Complaint[] = [];
  const notes: string[] = [];
  if (live.kind !== "there") return { complaints, notes, areMoved: false };
  const [from = "", to = ""] = [live.vars, vars].map((of) => of.OBJECTS_JURISDICTION ?? "");
  if ((live.vars.OBJECTS_LOCATION ?? "") !== (vars.OBJECTS_LOCATION ?? "")) {
    notes.push("OBJECTS_LOCATION changes: objects that are there stay where they are, new ones go there.");
  }
  if (from === to) return { complaints, notes, areMoved: false };
  const change = `OBJECTS_JURISDICTION of ${worker} changes from "${from}" to "${to}"`;
  if (!isForced) {
    complaints.push({
      problem: `${change}: every integration would begin with a new, empty object, and leave what its present one remembers.`,
      remedy: `Put "${from}" back; or read docs/deploy/location.md, and say --force.`,
    });
    return { complaints, notes, areMoved: false };
  }
  notes.push(`${change}: its objects are left behind, and new ones begin empty.`);
  if (!given.some(({ name, problem }) => name === "ROOT_API_KEY" && problem === null)) {
    complaints.push({
      problem: "New objects know no integration, and refuse deliveries, until they are told.",
      remedy: "Set ROOT_API_KEY in the environment, so that they are told at once.",
    });
  }
  return { complaints, notes, areMoved: true };
}
