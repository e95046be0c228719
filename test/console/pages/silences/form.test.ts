import { describe, expect, it } from "vitest";
import { enteredOf, NEW_SILENCE, toNewSilence, toSilenceUpdate } from "../../../../src/console/pages/silences/form.tsx";
import { DAY, HOUR, toIso } from "../../../../src/lib/time.ts";

const NOW = Date.UTC(2026, 9, 1, 12, 0, 30);
const entered = { ...NEW_SILENCE, matchers: "service=checkout", comment: "Deploy" };
const matchers = [{ name: "service", value: "checkout", isRegex: false, isEqual: true }];

describe("a new silence", () => {
  it.each([
    ["lasts for the duration from now on", { duration: "240" }, undefined, NOW + 4 * HOUR],
    [
      "lasts for the duration from its start on",
      { duration: "60", startsAt: "2026-10-02T12:00" },
      NOW - 30_000 + DAY,
      NOW - 30_000 + DAY + HOUR,
    ],
    [
      "lasts for the duration from now on if its start is past",
      { duration: "60", startsAt: "2026-09-01T12:00" },
      Date.UTC(2026, 8, 1, 12),
      NOW + HOUR,
    ],
    ["ends at a time in UTC", { duration: "60", endsAt: "2026-10-03T00:00" }, undefined, Date.UTC(2026, 9, 3)],
    [
      "ends at a time that a script converted",
      { duration: "60", endsAt: "2026-10-03T00:00:00.000Z" },
      undefined,
      Date.UTC(2026, 9, 3),
    ],
  ])("%s", (_name, fields, startsAt, endsAt) => {
    const { body } = toNewSilence({ ...entered, ...fields }, NOW);
    expect(body).toMatchObject({ teamId: null, matchers, comment: "Deploy" });
    expect(Date.parse(body?.endsAt ?? "")).toBe(endsAt);
    expect(body?.startsAt === undefined ? undefined : Date.parse(body.startsAt)).toBe(startsAt);
  });

  it("leaves a time that is none to the API", () => {
    expect(toNewSilence({ ...entered, endsAt: "tomorrow" }, NOW).body).toMatchObject({ endsAt: "tomorrow" });
  });

  it("names the first line that is no matcher", () => {
    const { problem } = toNewSilence({ ...entered, matchers: "\r\nservice=checkout\r\nprod" }, NOW);
    expect(problem?.errors).toEqual([
      { pointer: "/matchers", detail: expect.stringMatching(/^Line 3: bad matcher "prod"/) },
    ]);
  });
});

describe("an edited silence", () => {
  const before = {
    id: crypto.randomUUID(),
    teamId: null,
    state: "pending" as const,
    matchers: [
      { name: "instance", value: 'db-\\d "x"\n', isRegex: true, isEqual: false },
      { name: "odd name{", value: "", isRegex: false, isEqual: false },
    ],
    startsAt: toIso(NOW + HOUR),
    endsAt: toIso(NOW + DAY),
    comment: "Deploy",
    annotations: {},
    createdBy: { type: "user" as const, id: "a", name: null },
    version: 3,
    createdAt: toIso(NOW),
    updatedAt: toIso(NOW),
  };

  it("keeps matchers and times that were not edited, to the millisecond", () => {
    expect(toSilenceUpdate(enteredOf(before), before).body).toEqual({ matchers: before.matchers, comment: "Deploy" });
  });

  it("changes the times that were edited, the start only while it is pending", () => {
    const edited = { ...enteredOf(before), startsAt: "2026-10-02T01:00", endsAt: "2026-10-02T02:00:00.000Z" };
    const { body } = toSilenceUpdate(edited, before);
    expect(body).toMatchObject({ startsAt: "2026-10-02T01:00:00Z", endsAt: "2026-10-02T02:00:00.000Z" });
    expect(toSilenceUpdate(edited, { ...before, state: "active" }).body).not.toHaveProperty("startsAt");
  });
});
