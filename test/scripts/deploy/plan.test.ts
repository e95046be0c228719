import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { directUrl, isPooled } from "../../../scripts/database.ts";
import { workerUrlProblem } from "../../../scripts/deploy/database.ts";
import { type Database, type Facts, MAKEABLE, planDeployment } from "../../../scripts/deploy/plan.ts";
import {
  clashes,
  configComplaints,
  lackingIn,
  readWorkerConfig,
  type WorkerConfig,
  WRANGLER_TOML,
} from "../../../scripts/worker-config.ts";
import { COMPLETE } from "./facts.ts";

const NAMES = COMPLETE.requiredSecrets;
const REACHED = COMPLETE.database as Extract<Database, { kind: "reached" }>;

const secretNames = fc.subarray([...NAMES]);
const facts: fc.Arbitrary<Facts> = fc.record({
  worker: fc.constant("tocsin"),
  config: fc.constantFrom([], [{ problem: "wrangler.toml: x", remedy: "y" }]),
  buildError: fc.constantFrom(null, "no such file"),
  accountId: fc.constantFrom(undefined, "1"),
  requiredSecrets: fc.constant(NAMES),
  vars: fc.record({ OBJECTS_JURISDICTION: fc.constantFrom("", "eu"), OBJECTS_LOCATION: fc.constantFrom("", "weur") }),
  account: fc.oneof(
    fc.constant({ kind: "unknown" as const, detail: "nobody is signed in." }),
    fc.record({ kind: fc.constant("signed-in" as const), accounts: fc.subarray(["A (1)", "B (2)"]) }),
  ),
  live: fc.oneof(
    fc.constant({ kind: "unknown" as const, detail: "no answer." }),
    fc.constant({ kind: "absent" as const }),
    fc.record({
      kind: fc.constant("there" as const),
      secrets: secretNames,
      vars: fc.constantFrom({}, { OBJECTS_JURISDICTION: "eu" }),
    }),
  ),
  given: fc.uniqueArray(fc.record({ name: fc.constantFrom(...NAMES), problem: fc.constantFrom(null, "is short") }), {
    selector: ({ name }) => name,
  }),
  database: fc.oneof(
    fc.constant<Database>({ kind: "not-given" }),
    fc.constant<Database>({ kind: "unusable", problem: "It is down.", remedy: "Start it." }),
    fc.record({
      kind: fc.constant("reached" as const),
      place: fc.constant("db.example.com/tocsin"),
      applied: fc.constantFrom([], [1], [1, 2], [1, 2, 3]),
      tables: fc.subarray(["alerts", "integrations"]),
      foreignTables: fc.subarray(["alerts"]),
      isReadOnly: fc.boolean(),
      mayCreate: fc.boolean(),
      trigram: fc.constantFrom("installed" as const, "available" as const, "missing" as const),
    }),
  ),
  migrations: fc.constant(COMPLETE.migrations),
  createsSecrets: fc.boolean(),
  isForced: fc.boolean(),
});

const problems = (given: Facts) => planDeployment(given).complaints.map(({ problem }) => problem);

describe("A plan", () => {
  it("of a deployment to which nothing is missing has nothing to complain about and nothing to add", () => {
    expect(planDeployment(COMPLETE)).toEqual({
      complaints: [],
      notes: [],
      migrations: [],
      secrets: { fromEnvironment: [], made: [] },
      movesObjects: false,
    });
  });

  property.prop([facts])("never changes a secret that the Worker has, and makes none unasked", (given) => {
    const { secrets } = planDeployment(given);
    const put = [...secrets.fromEnvironment, ...secrets.made];
    const there = given.live.kind === "there" ? given.live.secrets : [];
    expect(put.filter((name) => there.includes(name))).toEqual([]);
    expect(new Set(put).size).toBe(put.length);
    expect(secrets.made.every((name) => given.createsSecrets && MAKEABLE.includes(name))).toBe(true);
  });

  property.prop([facts, fc.nat(2)])(
    "goes on exactly when no required secret is left out, and applies exactly what the history lacks",
    ({ live, given, createsSecrets, vars, isForced }, count) => {
      const applied = [1, 2].slice(0, count);
      const database = { ...REACHED, applied, tables: count === 0 ? [] : REACHED.tables };
      const own = { ...COMPLETE, live, given, createsSecrets, isForced, database };
      const { complaints, secrets, migrations } = planDeployment({
        ...own,
        vars: live.kind === "there" ? live.vars : vars,
      });
      const there = live.kind === "there" ? live.secrets : [];
      const covered = [...there, ...secrets.fromEnvironment, ...secrets.made].toSorted();
      const isWhole = live.kind !== "unknown" && covered.join() === NAMES.toSorted().join();
      expect(complaints.length === 0).toBe(isWhole);
      expect(migrations).toEqual(["0000_initial", "0001_next"].slice(count));
    },
  );

  property.prop([facts, facts])("complains of each thing by itself, whatever else is missing", (one, other) => {
    for (const part of ["config", "buildError"] as const) {
      const alone = problems({ ...COMPLETE, [part]: one[part] });
      expect(problems({ ...other, [part]: one[part] })).toEqual(expect.arrayContaining(alone));
    }
    const database = problems({ ...COMPLETE, database: one.database });
    expect(problems({ ...other, database: one.database })).toEqual(expect.arrayContaining(database));
    const signedIn = problems({ ...COMPLETE, account: one.account, accountId: one.accountId });
    expect(problems({ ...other, account: one.account, accountId: one.accountId })).toEqual(
      expect.arrayContaining(signedIn),
    );
  });

  property.prop([facts])("has a remedy for every complaint", (given) => {
    for (const { problem, remedy } of planDeployment(given).complaints) {
      expect([problem.length, remedy.length]).toEqual([expect.toSatisfy((n) => n > 0), expect.toSatisfy((n) => n > 0)]);
    }
  });

  it.each<[string, Partial<Facts>, string]>([
    [
      "nobody signed in",
      { account: { kind: "unknown", detail: "no login." } },
      "Not signed in at Cloudflare: no login.",
    ],
    [
      "several accounts",
      { account: { kind: "signed-in", accounts: ["A (1)", "B (2)"] } },
      "Several accounts at Cloudflare: A (1), B (2).",
    ],
    ["no account", { account: { kind: "signed-in", accounts: [] } }, "The token sees no account at Cloudflare."],
    ["a bundle that cannot be built", { buildError: "no such file" }, "The Worker cannot be built:\nno such file"],
    [
      "no database",
      { database: { kind: "not-given" } },
      "DATABASE_URL is not set: the database's migrations come before the Worker.",
    ],
    [
      "a replica",
      { database: { ...REACHED, applied: [1], isReadOnly: true } },
      "db.example.com/tocsin takes no writes.",
    ],
    [
      "no pg_trgm",
      { database: { ...REACHED, applied: [1], trigram: "missing" } },
      "db.example.com/tocsin does not have the extension pg_trgm.",
    ],
    [
      "tables without a history",
      { database: { ...REACHED, applied: [] } },
      "db.example.com/tocsin has tables (alerts) and no history of migrations.",
    ],
    [
      "a missing secret",
      { live: { kind: "there", secrets: NAMES.slice(1), vars: {} } },
      "tocsin lacks the secret DATABASE_URL.",
    ],
  ])("complains of %s", (_, part, problem) => {
    expect(problems({ ...COMPLETE, ...part })).toEqual([problem]);
  });

  it("asks for no privilege where there is nothing to migrate", () => {
    expect(problems({ ...COMPLETE, database: { ...REACHED, mayCreate: false, foreignTables: ["alerts"] } })).toEqual(
      [],
    );
  });

  it("goes on with a database that is ahead, and says so", () => {
    const { complaints, notes, migrations } = planDeployment({
      ...COMPLETE,
      database: { ...REACHED, applied: [1, 2, 3] },
    });
    expect([complaints, migrations, notes]).toEqual([[], [], [expect.stringContaining("does not know")]]);
  });

  it("leaves objects behind only where that is meant and they can be told at once", () => {
    const moved = { ...COMPLETE, vars: { OBJECTS_JURISDICTION: "eu" } };
    expect(planDeployment(moved)).toMatchObject({
      complaints: [{ remedy: expect.stringContaining("--force") }],
      movesObjects: false,
    });
    expect(problems({ ...moved, isForced: true })).toEqual([expect.stringContaining("refuse deliveries")]);
    const told = { ...moved, isForced: true, given: [{ name: "ROOT_API_KEY", problem: null }] };
    expect(planDeployment(told)).toMatchObject({ complaints: [], movesObjects: true });
    expect(planDeployment({ ...moved, live: { kind: "absent" }, isForced: true }).movesObjects).toBe(false);
  });

  it("tells that another location is for new objects alone", () => {
    const { complaints, notes } = planDeployment({ ...COMPLETE, vars: { OBJECTS_LOCATION: "weur" } });
    expect([complaints, notes]).toEqual([[], [expect.stringContaining("stay where they are")]]);
  });
});

describe("A connection string", () => {
  it.each([
    [
      "postgresql://u:p@ep-a-1-pooler.eu-central-1.aws.neon.tech/db?sslmode=require",
      "postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/db?sslmode=require",
    ],
    ["postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/db", "postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/db"],
    ["postgresql://u:p@db-pooler.example.com:6543/db", "postgresql://u:p@db-pooler.example.com:6543/db"],
  ])("is made direct at Neon alone: %s", (given, direct) => {
    expect([directUrl(given), isPooled(directUrl(given))]).toEqual([direct, false]);
    expect(isPooled(given)).toBe(given !== direct);
  });

  it("is for the Worker only where something handles Neon's protocol", () => {
    const elsewhere = "postgresql://u:p@db.example.com/db";
    expect(workerUrlProblem(elsewhere, "")).toContain("is not at Neon");
    expect(workerUrlProblem(elsewhere, "https://sql.example.com/sql")).toBeNull();
    expect(workerUrlProblem("postgresql://u:p@ep-a-1-pooler.eu-central-1.aws.neon.tech/db", "")).toBeNull();
    expect(workerUrlProblem("db.example.com", "https://sql.example.com/sql")).toContain("must begin with");
  });
});

describe("wrangler.toml", () => {
  const top = readWorkerConfig(WRANGLER_TOML, undefined);
  const changed = (vars: Record<string, string>): WorkerConfig => ({ ...top, vars: { ...top.vars, ...vars } });

  it.each(["production", "staging"])("has in %s all that its top has, and nothing that is wrong", (name) => {
    const config = readWorkerConfig(WRANGLER_TOML, name);
    expect([...lackingIn(name, config, top), ...configComplaints(config), ...clashes(top, config)]).toEqual([]);
  });

  it("has, as far as it is compared, the bindings of every kind", () => {
    for (const name of [
      "vars CORS_ORIGINS",
      "secrets AUTH_SECRET",
      "durable_objects INTEGRATIONS",
      "ratelimits API_LIMITER",
      "version_metadata VERSION",
    ]) {
      expect(top.names).toContain(name);
    }
  });

  property.prop([fc.subarray([...top.names])])("is told of each name that an environment lacks", (names) => {
    const lacking = lackingIn("staging", { ...top, names }, top).map(({ problem }) => problem);
    expect(lacking).toEqual(
      top.names.filter((name) => !names.includes(name)).map((name) => expect.stringContaining(`lacks ${name},`)),
    );
  });

  it("has no two Workers that count their requests together or have one route", () => {
    const other = { ...top, name: "other", routes: ["alerts.acme.test"] };
    expect(clashes({ ...top, routes: other.routes }, other)).toHaveLength(4);
    expect(clashes(top, { ...other, name: top.name })).toEqual([]);
  });

  it.each([
    [{ OBJECTS_JURISDICTION: "europe" }, "OBJECTS_JURISDICTION"],
    [{ OBJECTS_LOCATION: "EU" }, "OBJECTS_LOCATION"],
    [{ DELIVERY_RETENTION_DAYS: "soon" }, "DELIVERY_RETENTION_DAYS"],
    [{ CALLS_UNDER_WAY: "0" }, "CALLS_UNDER_WAY"],
    [{ API_LIMIT_PER_MINUTE: "1" }, "API_LIMIT_PER_MINUTE"],
  ])("is told of a value that cannot be right: %o", (vars, name) => {
    expect(configComplaints(changed(vars))).toEqual([
      { problem: expect.stringContaining(name), remedy: expect.anything() },
    ]);
  });
});
