import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../../src/providers/index.ts";
import { describeForm } from "../../../src/providers/form/describe.ts";
import type { ProviderForm } from "../../../src/providers/form/form.ts";

const form = (fields: Partial<ProviderForm>): ProviderForm =>
  ({ id: "x", name: "X", body: "an object", title: [], ...fields }) as ProviderForm;

const placesOf = (fields: Partial<ProviderForm>): Record<string, string[]> =>
  Object.fromEntries(describeForm(form(fields)).fields.map(({ field, places }) => [field, places]));

describe("describeForm", () => {
  it("names the places of each field in the order of preference", () => {
    expect(
      placesOf({
        events: "$body.items",
        action: [
          { at: "state" },
          { recoveryIn: "title" },
          { when: { all: ["a=1 b", { at: "c", is: "x" }] }, is: "resolve" },
        ],
        alertKey: [{ parts: ["host", "check?"] }, "id"],
        severity: [{ at: ["level", "priority"] }, "HIGH"],
        title: [{ text: "{host} is down" }, { at: "name", when: "name" }, { text: "Problem" }],
        description: { join: ["a", { text: "b: {b}" }] },
        source: (event) => event.host,
      }),
    ).toEqual({
      events: ["$body.items"],
      action: ["state", "title", "a", "b", "c"],
      alertKey: ["host + check?", "id"],
      severity: ["level", "priority"],
      title: ["{host} is down", "name"],
      description: ["a + b: {b}"],
    });
  });

  it("covers the kinds of bodies, and tells of those that code reads", () => {
    const kinds: ProviderForm["kinds"] = [
      { when: "new", title: "summary" },
      { when: "old", title: "name" },
    ];
    expect(placesOf({ kinds, title: "name" })).toEqual({ title: ["summary", "name"] });
    expect(describeForm(form({ kinds })).hasCode).toBe(false);
    const read = () => ({ events: [], isRecognized: true });
    expect(describeForm(form({ kinds: [{ when: "ping", read }] })).hasCode).toBe(true);
  });

  it("describes the form of every provider that has one", () => {
    const described = [...PROVIDERS.values()].filter((provider) => provider.describe !== undefined);
    expect(described.length).toBeGreaterThan(90);
    for (const provider of described) expect(provider.describe?.().fields.length).toBeGreaterThan(3);
  });
});
