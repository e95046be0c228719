import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ACTIONS, SEVERITIES } from "../../src/alerts/model.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import { BodyError, overloadStatus, type Provider, type ProviderInput } from "../../src/providers/provider.ts";
import { type Contract, inputOf, legible } from "./contract.ts";

/** A provider without a contract fails here. */
const contracts = await Promise.all(
  [...PROVIDERS.keys()].map(async (id) => {
    const { contract } = (await import(`./contracts/${id}.ts`)) as { contract: Contract };
    return contract;
  }),
);

/** Who else would claim this delivery, if its own provider does not. */
const claimants = (provider: Provider, input: ProviderInput): string[] =>
  (provider.recognises?.(input) ?? true)
    ? []
    : [...PROVIDERS.values()]
        .filter(
          (other) =>
            other.recognises?.(input) &&
            !provider.kindred?.includes(other.id) &&
            (other.isUnmistakable || !provider.isTemplated),
        )
        .map(({ id }) => id);

describe.each(contracts)("$provider.id", ({ provider, cases }) => {
  it("is in the catalogue, and complete", () => {
    const known = PROVIDERS.get(provider.id);
    expect(known && { ...known, read: null }).toEqual({ ...provider, read: null });
    expect(URL.canParse(provider.docs)).toBe(true);
    expect(provider.setup).toContain("<INGEST_URL>");
    expect([429, 503]).toContain(overloadStatus(provider.senderProfile));
  });

  it("recognises its own sample", () => {
    expect(provider.recognises?.(inputOf(provider, {})) ?? true).toBe(true);
  });

  it.each(cases.map((one) => [`${one.proves}${one.name ? `: ${one.name}` : ""}`, one] as const))(
    "reads %s",
    async (_, one) => {
      const input = inputOf(provider, one);
      const read = async () => legible(await provider.read(input));
      if (one.refuses) {
        await expect(read()).rejects.toThrow(BodyError);
        await expect(read()).rejects.toThrow(one.refuses);
      } else {
        expect(await read()).toMatchObject(one.reads ?? []);
        expect(claimants(provider, input)).toEqual([]);
      }
    },
  );

  it("gives a repeat, an acknowledge and a resolve the key of their trigger", async () => {
    const key = async (proof: string) => {
      const one = cases.find(({ proves }) => proves === proof);
      const [event] = one ? legible(await provider.read(inputOf(provider, one))) : [];
      return (event as { alertKey?: string } | undefined)?.alertKey;
    };
    const proofs = ["repeat", "acknowledge", "resolve"].filter((proof) => cases.some(({ proves }) => proves === proof));
    const trigger = await key("trigger");
    expect(await Promise.all(proofs.map(key))).toEqual(proofs.map(() => trigger));
  });

  it("reads whatever stands in its fields, or refuses it", async () => {
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
      fc.asyncProperty(fc.infiniteStream(odd), fc.infiniteStream(fc.boolean()), async (values, spared) => {
        const changed = mangle(body, () => (spared.next().value ? undefined : values.next().value));
        const input = { ...inputOf(provider, {}), body: changed };
        try {
          provider.recognises?.(input);
          provider.idempotencyKey?.(input);
          const { events } = await provider.read(input);
          for (const event of events) if (!("unreadable" in event)) expect(event).toEqual(WELL_FORMED);
        } catch (error) {
          if (!(error instanceof BodyError)) throw error;
        }
      }),
      { numRuns: 100 },
    );
    await expect(run).resolves.toBeUndefined();
  });
});

const textOrNull = expect.toSatisfy((value: unknown) => value === null || typeof value === "string");

const WELL_FORMED = {
  action: expect.toBeOneOf([...ACTIONS]),
  alertKey: textOrNull,
  externalId: textOrNull,
  title: expect.any(String),
  description: textOrNull,
  severity: expect.toBeOneOf([...SEVERITIES]),
  source: textOrNull,
  url: textOrNull,
  occurredAt: expect.toSatisfy((value: unknown) => value === null || Number.isSafeInteger(value)),
  metadata: expect.any(Object),
};

/** A copy of a value in which each part below the top may be replaced. */
function mangle(value: unknown, replace: () => unknown): unknown {
  if (Array.isArray(value)) return value.map((child) => replace() ?? mangle(child, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replace() ?? mangle(child, replace)]));
}
