import { describe, expect, it } from "vitest";
import { directUrl, isPooled } from "../../../scripts/database.ts";
import { workerUrlProblem } from "../../../scripts/deploy/preflight.ts";
import {
  clashes,
  configProblems,
  environmentProblems,
  readWorkerConfig,
  WRANGLER_TOML,
} from "../../../scripts/worker-config.ts";

const top = readWorkerConfig(WRANGLER_TOML, undefined);

describe("wrangler.toml", () => {
  it.each(["production", "staging"])("has a complete and valid environment %s", (name) => {
    const config = readWorkerConfig(WRANGLER_TOML, name);
    expect([...environmentProblems(name, config, top), ...configProblems(config), ...clashes(top, config)]).toEqual([]);
  });

  it("has bindings of every kind that an environment must repeat", () => {
    const kinds = new Set(top.names.map((name) => name.split(" ")[0]));
    expect([...kinds]).toEqual(
      expect.arrayContaining(["vars", "secrets", "durable_objects", "ratelimits", "version_metadata"]),
    );
  });

  it.each(top.names)("is checked for environments that lack %s", (name) => {
    const names = top.names.filter((other) => other !== name);
    expect(environmentProblems("staging", { ...top, names }, top)).toMatchObject([
      { problem: `wrangler.toml: [env.staging] lacks ${name}.` },
    ]);
  });

  it("is checked for Workers that share a rate limit or a route", () => {
    const other = { ...top, name: "other", routes: ["alerts.acme.test"] };
    expect(clashes({ ...top, routes: other.routes }, other)).toHaveLength(top.rateLimits.length + 1);
    expect(clashes(top, { ...other, name: top.name })).toEqual([]);
  });

  it.each([
    { OBJECTS_JURISDICTION: "europe" },
    { OBJECTS_LOCATION: "EU" },
    { PUBLIC_URL: "http://tocsin.acme.test" },
    { PUBLIC_URL: "https://tocsin.acme.test/" },
    { DELIVERY_RETENTION_DAYS: "soon" },
    { CALLS_IN_FLIGHT: "0" },
    { API_LIMIT_PER_MINUTE: "1" },
  ])("is checked for invalid values: %o", (vars) => {
    const problems = configProblems({ ...top, vars: { ...top.vars, ...vars } });
    expect(problems).toMatchObject([{ problem: expect.stringContaining(Object.keys(vars)[0]!) }]);
  });
});

describe("a connection string", () => {
  it.each([
    ["postgresql://u:p@ep-a-1-pooler.eu.aws.neon.tech/db?x=y", "postgresql://u:p@ep-a-1.eu.aws.neon.tech/db?x=y"],
    ["postgresql://u:p@ep-a-1.eu.aws.neon.tech/db", "postgresql://u:p@ep-a-1.eu.aws.neon.tech/db"],
    ["postgresql://u:p@db-pooler.example.com:6543/db", "postgresql://u:p@db-pooler.example.com:6543/db"],
  ])("is changed to the direct host at Neon only: %s", (given, direct) => {
    expect([directUrl(given), isPooled(directUrl(given)), isPooled(given)]).toEqual([direct, false, given !== direct]);
  });

  it("is valid for the Worker only if its endpoint has Neon's protocol", () => {
    const elsewhere = "postgresql://u:p@db.example.com/db";
    expect(workerUrlProblem(elsewhere, "")).toContain("is not at Neon");
    expect(workerUrlProblem(elsewhere, "https://sql.example.com/sql")).toBeNull();
    expect(workerUrlProblem("postgresql://u:p@ep-a-1-pooler.eu.aws.neon.tech/db", "")).toBeNull();
    expect(workerUrlProblem("db.example.com", "https://sql.example.com/sql")).toContain("must begin with");
  });
});
