import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../src/providers/index.ts";
import { BodyError, overloadStatus, type Provider } from "../../src/providers/provider.ts";
import { recognize, suggestProvider } from "../../src/providers/recognition.ts";
import { runs } from "../support/runs.ts";
import { type Contract, inputOf, readableEvents } from "./contract.ts";
import { WELL_FORMED } from "./well-formed.ts";

const SOURCES = path.join(import.meta.dirname, "../../src/providers");

const idsIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((file) => (file.endsWith(".ts") ? path.basename(file, ".ts") : []));

const tested = idsIn(path.join(import.meta.dirname, "contracts"));

const contracts = await Promise.all(
  tested.map(async (id) => {
    const { contract } = (await import(`./contracts/${id}.ts`)) as { contract: Contract };
    return contract;
  }),
);

describe("the providers", () => {
  it("have a line in src/providers/all.ts, and a contract in test/providers/contracts", () => {
    const defined = idsIn(SOURCES).filter((id) => {
      const text = readFileSync(path.join(SOURCES, `${id}.ts`), "utf8");
      return /^export const \w+ = defineProvider\(|^export const \w+: Provider = \{/m.test(text);
    });
    expect({ registered: [...PROVIDERS.keys()].toSorted(), tested: tested.toSorted() }).toEqual({
      registered: defined.toSorted(),
      tested: defined.toSorted(),
    });
  });
});

/** Providers of which a delivery may be recognized to be: its own, and those that read it as a special case. */
const rightfulOwners = ({ id }: Provider): (string | undefined)[] => [
  undefined,
  id,
  ...[...PROVIDERS.values()].filter(({ relatedSources }) => relatedSources?.includes(id)).map((other) => other.id),
];

describe.each(contracts)("$provider.id", ({ provider, cases }) => {
  it("is in the catalog and has all fields", () => {
    const known = PROVIDERS.get(provider.id);
    expect(known && { ...known, read: null }).toEqual({ ...provider, read: null });
    expect(URL.canParse(provider.docs)).toBe(true);
    expect(provider.setup).toContain("<INGEST_URL>");
    expect([429, 503]).toContain(overloadStatus(provider.senderProfile));
  });

  it("is suggested for its own sample", () => {
    const sample = inputOf(provider, {});
    const isSuggested = provider.recognizes !== undefined;
    const verification = { scheme: "token" } as const;
    expect(suggestProvider({ provider: "generic", verification }, sample)?.id).toBe(
      isSuggested ? provider.id : undefined,
    );
    expect(suggestProvider({ provider: provider.id, verification }, sample)).toBeNull();
  });

  it.each(cases.map((one) => [`${one.kind}${one.name ? `: ${one.name}` : ""}`, one] as const))(
    "reads %s",
    async (_, one) => {
      const input = inputOf(provider, one);
      const read = async () => readableEvents(await provider.read(input));
      if (one.rejects) {
        await expect(read()).rejects.toThrow(BodyError);
        await expect(read()).rejects.toThrow(one.rejects);
      } else {
        if (!one.reads) throw new Error("The case expects nothing. State `reads` (`[]`: no alert) or `rejects`.");
        expect(await read()).toMatchObject(one.reads);
        expect(rightfulOwners(provider)).toContain(recognize(input)?.id);
      }
    },
  );

  it("reads the alert key of the trigger in a repeat, an acknowledge, a resolve and a note", async () => {
    const key = async (kind: string) => {
      const found = cases.find((one) => one.kind === kind);
      const [event] = found ? readableEvents(await provider.read(inputOf(provider, found))) : [];
      return (event as { alertKey?: string } | undefined)?.alertKey;
    };
    const kinds = ["repeat", "acknowledge", "resolve", "note"].filter((kind) => cases.some((one) => one.kind === kind));
    const trigger = await key("trigger");
    expect(await Promise.all(kinds.map(key))).toEqual(kinds.map(() => trigger));
  });

  it("reads any values in its fields or throws BodyError", async () => {
    const { body } = provider.sample;
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        "constructor",
        { toString: true, valueOf: true },
        "__proto__",
        "",
        "\u0000",
        "\uD800",
        null,
        [],
        {},
        [null],
        true,
        -1,
        1e300,
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const run = fc.assert(
      fc.asyncProperty(fc.infiniteStream(odd), fc.infiniteStream(fc.boolean()), async (values, kept) => {
        const changed = mangle(body, () => (kept.next().value ? undefined : values.next().value));
        const input = { ...inputOf(provider, {}), body: changed };
        try {
          provider.recognizes?.(input);
          provider.idempotencyKey?.(input);
          const { events } = await provider.read(input);
          for (const event of events) if (!("unreadable" in event)) expect(event).toEqual(WELL_FORMED);
        } catch (error) {
          if (!(error instanceof BodyError)) throw error;
        }
      }),
      { numRuns: runs(100) },
    );
    await expect(run).resolves.toBeUndefined();
  });
});

/** A copy of a value in which any part below the top level may be replaced. */
function mangle(value: unknown, replace: () => unknown): unknown {
  if (Array.isArray(value)) return value.map((child) => replace() ?? mangle(child, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replace() ?? mangle(child, replace)]));
}
