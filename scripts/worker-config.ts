/** What wrangler.toml says of a Worker, in one environment, and what of it cannot be right. */
import path from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";

/** Something that stands in the way, and what to do about it. */
export interface Complaint {
  problem: string;
  remedy: string;
}

/** What a deployment requireScope to know of a configuration. */
export interface WorkerConfig {
  name: string;
  accountId: string | undefined;
  requiredSecrets: readonly string[];
  vars: Readonly<Record<string, string>>;
  /** Everything by which the Worker's code or its operator calls a thing: `vars CORS_ORIGINS`, `ratelimits API_LIMITER` … */
  names: readonly string[];
  rateLimits: readonly { name: string; namespace: string; perMinute: number }[];
  /** Patterns of its routes. */
  routes: readonly string[];
}

/** What we read of a configuration that wrangler has read; its own types lean on packages that it does not ship. */
interface Read {
  name?: string;
  account_id?: string;
  definedEnvironments?: string[];
  secrets?: { required?: string[] };
  vars: Record<string, unknown>;
  ratelimits: { name: string; namespace_id: string; simple: { limit: number; period: number } }[];
  route?: string | { pattern: string };
  routes?: (string | { pattern: string })[];
}

const read = (file: string, environment: string): Read =>
  readConfig({ config: file, env: environment }, { hideWarnings: true });

export const WRANGLER_TOML = path.join(import.meta.dirname, "..", "wrangler.toml");

/**
 * Reads a configuration as wrangler does.
 * @param environment none: the top of the file
 * @throws what wrangler says of a file that it cannot use, and of an environment that the file does not have
 */
export function readWorkerConfig(file: string, environment: string | undefined): WorkerConfig {
  const config = read(file, environment ?? "");
  const vars = Object.entries(config.vars).map(([name, value]) => [name, String(value)]);
  return {
    name: config.name ?? "",
    accountId: config.account_id,
    requiredSecrets: config.secrets?.required ?? [],
    vars: Object.fromEntries(vars) as Record<string, string>,
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

/** The environments that a configuration has beside its top. */
export const environmentsOf = (file: string): string[] => read(file, "").definedEnvironments ?? [];

/** Names of all bindings, whatever their kind, so that a kind that nobody thought of here is compared as well. */
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

/** What an environment lacks of what the top of the file has: wrangler takes none of it over by itself. */
export function lackingIn(environment: string, config: WorkerConfig, top: WorkerConfig): Complaint[] {
  return top.names
    .filter((name) => !config.names.includes(name))
    .map((name) => ({
      problem: `wrangler.toml: [env.${environment}] lacks ${name}, which the top has.`,
      remedy: `Repeat it under [env.${environment}]: environments do not take it from the top.`,
    }));
}

/** What two Workers of one account cannot share. The same Worker under two names of environments shares everything. */
export function clashes(one: WorkerConfig, other: WorkerConfig): Complaint[] {
  if (one.name === other.name) return [];
  const namespaces = new Set(other.rateLimits.map(({ namespace }) => namespace));
  return [
    ...one.rateLimits
      .filter(({ namespace }) => namespaces.has(namespace))
      .map(({ name, namespace }) => ({
        problem: `wrangler.toml: ${one.name} and ${other.name} count requests together, in namespace ${namespace} of ${name}.`,
        remedy: "Give one of them another namespace_id.",
      })),
    ...one.routes
      .filter((route) => other.routes.includes(route))
      .map((route) => ({
        problem: `wrangler.toml: ${one.name} and ${other.name} both have the route ${route}.`,
        remedy: "Give each its own routes: an environment without any takes those of the top.",
      })),
  ];
}

/** https://developers.cloudflare.com/durable-objects/reference/data-location/ */
const JURISDICTIONS = ["", "eu", "us", "fedramp"];
const LOCATIONS = ["", "wnam", "enam", "sam", "weur", "eeur", "apac", "apac-ne", "apac-se", "oc", "afr", "me"];

/** What in a configuration cannot be right, whatever is deployed. */
export function configComplaints({ vars, rateLimits, routes }: WorkerConfig): Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (problem: string, remedy: string) =>
    complaints.push({ problem: `wrangler.toml: ${problem}`, remedy });

  for (const [name, allowed] of [
    ["OBJECTS_JURISDICTION", JURISDICTIONS],
    ["OBJECTS_LOCATION", LOCATIONS],
  ] as const) {
    const value = vars[name] ?? "";
    if (!allowed.includes(value)) {
      complain(`${name} is "${value}".`, `Make it empty or one of ${allowed.filter(Boolean).join(", ")}.`);
    }
  }
  for (const [name, least] of [
    ["DELIVERY_RETENTION_DAYS", 0],
    ["CALLS_UNDER_WAY", 1],
  ] as const) {
    const value = vars[name] ?? "";
    if (!/^\d+$/.test(value) || Number(value) < least) {
      complain(`${name} is "${value}".`, `Make it a whole number, ${least} or more.`);
    }
  }
  const apiLimit = rateLimits.find(({ name }) => name === "API_LIMITER");
  if (apiLimit && Number(vars.API_LIMIT_PER_MINUTE) !== apiLimit.perMinute) {
    complain(
      `API_LIMIT_PER_MINUTE says ${vars.API_LIMIT_PER_MINUTE}, and API_LIMITER allows ${apiLimit.perMinute}.`,
      "Make both the same.",
    );
  }
  if (new Set(rateLimits.map(({ namespace }) => namespace)).size < rateLimits.length) {
    complain("two rate limits have the same namespace_id.", "Give each its own number.");
  }
  for (const route of routes.filter((pattern) => /\bexample\.(?:com|org|net)\b/.test(pattern))) {
    complain(`the route ${route} is still the example.`, "Put your own host name there.");
  }
  return complaints;
}
