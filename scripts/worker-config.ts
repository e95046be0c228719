/** Reads a Worker's settings from wrangler.toml, and finds mistakes that wrangler does not report. */
import path from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { LOCATION_HINTS } from "../src/lib/locations.ts";

/** A problem, and its remedy. */
export interface Problem {
  problem: string;
  remedy: string;
}

export interface WorkerConfig {
  name: string;
  accountId: string | undefined;
  requiredSecrets: readonly string[];
  vars: Readonly<Record<string, string>>;
  /** Variables, secrets and bindings, each with its kind: `vars CORS_ORIGINS`, `ratelimits API_LIMITER`. */
  names: readonly string[];
  rateLimits: readonly { name: string; namespace: string; perMinute: number }[];
  /** Patterns. */
  routes: readonly string[];
}

/** The part of wrangler's result that is used here. Its own types need packages that it does not ship. */
interface RawConfig {
  name?: string;
  account_id?: string;
  definedEnvironments?: string[];
  secrets?: { required?: string[] };
  vars: Record<string, unknown>;
  ratelimits: { name: string; namespace_id: string; simple: { limit: number; period: number } }[];
  route?: string | { pattern: string };
  routes?: (string | { pattern: string })[];
}

const read = (file: string, environment: string): RawConfig =>
  readConfig({ config: file, env: environment }, { hideWarnings: true });

export const WRANGLER_TOML = path.join(import.meta.dirname, "..", "wrangler.toml");

/**
 * Reads a configuration file.
 * @param environment undefined: the top level of the file
 * @throws wrangler's error for an invalid file or an unknown environment
 */
export function readWorkerConfig(file: string, environment: string | undefined): WorkerConfig {
  const config = read(file, environment ?? "");
  return {
    name: config.name ?? "",
    accountId: config.account_id,
    requiredSecrets: config.secrets?.required ?? [],
    vars: Object.fromEntries(Object.entries(config.vars).map(([name, value]) => [name, String(value)])),
    names: namesIn(config),
    rateLimits: config.ratelimits.map(({ name, namespace_id: namespace, simple: { limit, period } }) => ({
      name,
      namespace,
      perMinute: (limit * 60) / period,
    })),
    routes: (config.routes ?? [])
      .concat(config.route ?? [])
      .map((route) => (typeof route === "string" ? route : route.pattern)),
  };
}

/** The environments of a configuration file. */
export const environmentsOf = (file: string): string[] => read(file, "").definedEnvironments ?? [];

/** Names of bindings of every kind, also of kinds that Tocsin does not use yet. */
function namesIn(config: object): string[] {
  return Object.entries(config).flatMap(([key, value]: [string, unknown]) => {
    if (key === "vars") return Object.keys(value as object).map((name) => `vars ${name}`);
    if (key === "secrets") return ((value as { required?: string[] }).required ?? []).map((name) => `secrets ${name}`);
    return bindingNames(value).map((name) => `${key} ${name}`);
  });
}

function bindingNames(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(bindingNames);
  const { binding, name, bindings } = value as { binding?: unknown; name?: unknown; bindings?: unknown };
  const own = binding ?? name;
  return [...(typeof own === "string" ? [own] : []), ...bindingNames(bindings)];
}

/** Settings that an environment lacks. Wrangler does not inherit variables, secrets and bindings from the top level. */
export const environmentProblems = (environment: string, config: WorkerConfig, top: WorkerConfig): Problem[] =>
  top.names
    .filter((name) => !config.names.includes(name))
    .map((name) => ({
      problem: `wrangler.toml: [env.${environment}] lacks ${name}.`,
      remedy: "Repeat it there: environments do not inherit it from the top level.",
    }));

/** Settings that two Workers of one account must not share. */
export function clashes(one: WorkerConfig, other: WorkerConfig): Problem[] {
  if (one.name === other.name) return [];
  const namespaces = new Set(other.rateLimits.map(({ namespace }) => namespace));
  const shared = [
    ...one.rateLimits.filter(({ namespace }) => namespaces.has(namespace)).map(({ name }) => `namespace_id of ${name}`),
    ...one.routes.filter((route) => other.routes.includes(route)).map((route) => `route ${route}`),
  ];
  return shared.map((what) => ({
    problem: `wrangler.toml: ${one.name} and ${other.name} have the same ${what}.`,
    remedy: "Set a different one for each Worker.",
  }));
}

const LOCATION = new RegExp(`^(${LOCATION_HINTS.join("|")})?$`);

/** https://developers.cloudflare.com/durable-objects/reference/data-location/ */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  PUBLIC_URL: /^(https:\/\/[^/?#@\s]+)?$/,
  EMAIL_DOMAIN: /^([a-z0-9-]+(\.[a-z0-9-]+)+)?$/,
  OBJECTS_JURISDICTION: /^(eu|us|fedramp)?$/,
  OBJECTS_LOCATION: LOCATION,
  DATABASE_LOCATION: LOCATION,
  WRITERS: /^[1-9]\d*$/,
  WRITE_INTERVAL_MS: /^\d+$/,
  FEEDS: /^[1-9]\d*$/,
  DELIVERY_RETENTION_DAYS: /^\d+$/,
  ALERT_RETENTION_DAYS: /^\d+$/,
  AUDIT_RETENTION_DAYS: /^\d+$/,
  CALLS_IN_FLIGHT: /^[1-9]\d*$/,
};

/** Invalid values in a configuration. */
export function configProblems({ vars, rateLimits, routes }: WorkerConfig): Problem[] {
  const problems = Object.entries(ALLOWED)
    .filter(([name, pattern]) => !pattern.test(vars[name] ?? ""))
    .map(([name, pattern]) => [`${name} is "${vars[name] ?? ""}".`, `It must match ${pattern.source}.`]);
  const apiLimit = rateLimits.find(({ name }) => name === "API_LIMITER")?.perMinute;
  if (apiLimit !== undefined && Number(vars.API_LIMIT_PER_MINUTE) !== apiLimit) {
    problems.push([
      `API_LIMIT_PER_MINUTE is ${vars.API_LIMIT_PER_MINUTE}, but API_LIMITER allows ${apiLimit}.`,
      "Set both to the same value.",
    ]);
  }
  for (const route of routes.filter((pattern) => /\bexample\.(?:com|org|net)\b/.test(pattern))) {
    problems.push([`the route ${route} is the example.`, "Put your own host name there."]);
  }
  return problems.map(([problem = "", remedy = ""]) => ({ problem: `wrangler.toml: ${problem}`, remedy }));
}
