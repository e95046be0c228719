import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Matcher } from "../../../src/alerts/matchers.ts";
import { checkSilence, planSilence } from "../../../src/api/alertmanager/plan-silence.ts";
import type { PostableSilence } from "../../../src/api/alertmanager/silence.ts";
import type { SilenceRow } from "../../../src/db/silences.ts";
import { HOUR, MINUTE } from "../../../src/lib/time.ts";

const NOW = Date.UTC(2026, 9, 1, 12);
const at = (ms: number) => new Date(NOW + ms);
const isA = { name: "a", value: "1", isRegex: false, isEqual: true };
const isB = { name: "b", value: "x.*", isRegex: true, isEqual: false };

const posted = (change: Partial<PostableSilence> = {}): PostableSilence => ({
  id: "",
  matchers: [isA],
  startsAt: at(-MINUTE),
  endsAt: at(HOUR),
  createdBy: "ada",
  comment: "deploy",
  ...change,
});

const row = (change: Partial<SilenceRow> = {}): SilenceRow => ({
  id: "019a3c5e-7b1a-7c3d-9e2f-4a5b6c7d8e9f",
  teamId: null,
  matchers: [isA],
  startsAt: at(-MINUTE),
  endsAt: at(HOUR),
  comment: "deploy",
  annotations: {},
  createdBy: "api:root",
  createdByName: "ada",
  version: 1,
  createdAt: at(-MINUTE),
  updatedAt: at(-MINUTE),
  ...change,
});

describe("a posted silence", () => {
  it.each<[string, Partial<PostableSilence>, RegExp]>([
    ["that ends before it starts", { startsAt: at(2 * HOUR) }, /start time must be before end time/],
    ["that ends when it starts", { startsAt: at(HOUR) }, /start time must be before end time/],
    ["that has ended", { startsAt: at(-HOUR), endsAt: at(-1) }, /end time can't be in the past/],
    ["with an empty value", { matchers: [{ ...isA, value: "" }] }, /must not match the empty string/],
    ["with an expression for anything", { matchers: [{ ...isA, value: ".*", isRegex: true }] }, /empty string/],
    ["with an invalid expression", { matchers: [{ ...isA, value: "(", isRegex: true }] }, /regular expression/],
  ])("%s is invalid", (_, change, text) => {
    expect(() => checkSilence(posted(change), NOW)).toThrow(text);
  });

  it.each<[string, Partial<PostableSilence>]>([
    ["that started long ago", { startsAt: new Date(0) }],
    ["with a negated matcher alone", { matchers: [{ ...isA, isEqual: false }] }],
    ["with one matcher that does not match the empty text", { matchers: [isA, { ...isA, value: "" }] }],
  ])("%s is valid", (_, change) => {
    expect(() => checkSilence(posted(change), NOW)).not.toThrow();
  });
});

describe("a posted silence with the id of", () => {
  const plan = (current: Partial<SilenceRow>, change: Partial<PostableSilence> = {}) =>
    planSilence(row(current), posted(change), NOW);

  it("no silence is new", () => expect(planSilence(undefined, posted(), NOW)).toBe("create"));

  it("an active silence updates it if matchers and start are the same", () => {
    expect(plan({})).toBe("update");
    expect(plan({}, { endsAt: at(MINUTE), comment: "longer" })).toBe("update");
    expect(plan({ startsAt: at(-MINUTE + 400) }, { startsAt: at(-MINUTE) })).toBe("update");
    expect(plan({ matchers: [isA, isB] }, { matchers: [isB, isA] })).toBe("update");
  });

  it("an active silence replaces it if they are not", () => {
    expect(plan({}, { matchers: [isB] })).toBe("replace");
    expect(plan({}, { matchers: [isA, isB] })).toBe("replace");
    expect(plan({}, { matchers: [{ ...isA, isEqual: false }] })).toBe("replace");
    expect(plan({}, { startsAt: at(-MINUTE - 1000) })).toBe("replace");
    expect(plan({}, { startsAt: at(MINUTE) })).toBe("replace");
  });

  it("a pending silence updates it unless it would start now", () => {
    const pending = { startsAt: at(MINUTE) };
    expect(plan(pending, { startsAt: at(2 * MINUTE) })).toBe("update");
    expect(plan(pending, { startsAt: at(-1) })).toBe("replace");
    expect(plan(pending, { startsAt: at(MINUTE), matchers: [isB] })).toBe("replace");
  });

  it("an expired silence is new, and the expired one stays as it is", () => {
    expect(plan({ startsAt: at(-HOUR), endsAt: at(-MINUTE) })).toBe("create");
    expect(plan({ startsAt: at(-HOUR), endsAt: at(-MINUTE) }, { matchers: [isB] })).toBe("create");
  });

  it("any silence never changes which alerts were muted before", () => {
    const time = fc.integer({ min: -3, max: 3 }).map((hours) => at(hours * HOUR));
    const matchers = fc.constantFrom<Matcher[]>([isA], [isB], [isA, isB]);
    fc.assert(
      fc.property(time, time, matchers, time, matchers, (startsAt, endsAt, had, postedStart, wanted) => {
        fc.pre(startsAt <= endsAt && postedStart.getTime() !== NOW);
        const current = row({ startsAt, endsAt, matchers: had });
        const result = planSilence(current, posted({ startsAt: postedStart, matchers: wanted }), NOW);
        if (result !== "update") return;
        // Before now, both mute the same times and alerts.
        expect(had).toEqual(wanted);
        const past = (start: Date) => Math.min(start.getTime(), NOW);
        expect(past(postedStart)).toBe(past(startsAt));
      }),
    );
  });
});
