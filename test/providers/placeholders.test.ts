import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { AlertEvent } from "../../src/alerts/event.ts";
import { BodyError, type Provider, type Reading } from "../../src/providers/provider.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import { inputOf } from "./contract.ts";
import { runs } from "../support/runs.ts";

const read = async (provider: Provider, body: unknown): Promise<Reading> =>
  provider.read(inputOf(provider, { body: structuredClone(body) }));

/** The alert keys that a provider reads; null: it rejects the body. */
async function keysOf(provider: Provider, body: unknown): Promise<(string | null)[] | null> {
  try {
    const { events } = await read(provider, body);
    return events.map((event) => ("unreadable" in event ? null : (event satisfies AlertEvent).alertKey));
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return null;
  }
}

/** The fields of a template in setup steps: members of JSON, form fields, rows of a table, and options of curl. */
function templateOf({ setup }: Provider): Record<string, string> {
  const fields = [
    ...setup.matchAll(/"(\w+)": "?([^\n"]*?[$%*{#][^\n"]*?)"?,?$/gm),
    ...setup.matchAll(/\b(\w+)=(%\w+)/g),
    ...setup.matchAll(/^ *\| (\w+) \| `(\{[^`]*\})` \|$/gm),
    ...setup.matchAll(/'(\w+)=(\$\w+\$)'/g),
    ...setup.matchAll(/"(\w+)=(\$[\w.]+\$)"/g),
  ];
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}

/** Providers whose setup steps contain a template that their source fills. */
const TEMPLATED = [...PROVIDERS.values()].filter((provider) => Object.keys(templateOf(provider)).length >= 5);

describe("a template that the source did not fill", () => {
  it("is in the setup steps of these providers", () => {
    expect(TEMPLATED.map(({ id }) => id).toSorted()).toEqual(
      [
        "appdynamics",
        "argocd",
        "axiom",
        "catchpoint",
        "checkly",
        "datadog",
        "dynatrace",
        "elastic",
        "healthchecks",
        "icinga",
        "librenms",
        "logicmonitor",
        "nagios",
        "newrelic",
        "openobserve",
        "proxmox",
        "prtg",
        "solarwinds",
        "uptimerobot",
        "zabbix",
      ].toSorted(),
    );
  });

  it.each(TEMPLATED)("gives no alert key, and a note: $id", async (provider) => {
    const { events, note } = await read(provider, templateOf(provider));
    expect(events.filter((event) => "unreadable" in event || event.alertKey !== null)).toEqual([]);
    // Zabbix fills nothing in when its test button is used.
    expect(note).toContain(events.length === 0 ? "test" : "placeholders");
  });
});

/** Names that people give to hosts, services and checks. Each is a placeholder in the syntax of some other tool. */
const NAMES = [
  "MSSQL$SQLEXPRESS",
  "SQLAgent$PROD",
  "MSSQL$SQL$2019",
  "ADMIN$",
  "Disk {Backup}",
  "{ABC}",
  "disk *important*",
  "job ##NAME##",
  "100 %free",
  "price $5",
  "[a] <b> `c`",
  "${x} of y",
  "{{ x }} of y",
];

const word = fc.stringMatching(/^[A-Za-z]{3,8}$/);
const anyName = fc.oneof(
  fc.constantFrom(...NAMES),
  fc
    .tuple(
      word,
      fc.constantFrom("$", " $", "{", " {", "*", " *", " ##", " %", "${", "#"),
      word,
      fc.constantFrom("", "$", "}", "*", "##", "%"),
    )
    .map((parts) => parts.join("")),
);

/** Every text in a JSON value, by its path. */
function textPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value === "string") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => textPaths(child, [...path, key]));
}

function withText(value: unknown, [key, ...rest]: string[], text: string): unknown {
  if (key === undefined) return text;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = withText(copy[key], rest, text);
  return copy;
}

describe.each([...PROVIDERS.values()].filter(({ sample }) => typeof sample.body === "object"))("$id", (provider) => {
  const paths = textPaths(provider.sample.body);

  property.prop([fc.constantFrom(...(paths.length > 0 ? paths : [[]])), anyName], { numRuns: runs(2000, 100) })(
    "reads a name with the marks of placeholders like any other name",
    async (path, name) => {
      const [plain, other, named] = await Promise.all(
        ["plain name", "other name", name].map((text) => keysOf(provider, withText(provider.sample.body, path, text))),
      );
      const isKey = plain?.length === 1 && other?.length === 1 && plain[0] !== null && plain[0] !== other[0];
      // The name is a part of the alert key exactly as the plain name is.
      if (isKey) expect(named?.map((key) => (key ?? "").includes(JSON.stringify(name).slice(1, -1)))).toEqual([true]);
    },
  );
});
