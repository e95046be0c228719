import { afterEach, expect, it, vi } from "vitest";
import { changeMatching } from "../../../src/console/client/submit-changes.ts";
import { beforeOf, type Outcome } from "../../../src/console/triage/changes.ts";

afterEach(() => void vi.unstubAllGlobals());

/** Answers the requests of a bulk change, one round after the other. */
function answerRounds(...rounds: { results: Outcome[]; isComplete: boolean }[]): void {
  const bodies = rounds.map((round) => ({
    ...round,
    changed: round.results.filter(({ outcome }) => outcome === "changed").length,
  }));
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(bodies.shift())));
}

const changed = (id: string): Outcome => ({
  id,
  outcome: "changed",
  status: "RESOLVED",
  version: 2,
  previous: { status: "OPEN", snoozedUntil: null },
});
const unchanged = (id: string): Outcome => ({ id, outcome: "unchanged", status: "RESOLVED", version: 2 });
const unavailable = (id: string): Outcome => ({ id, outcome: "unavailable", status: null, version: null });

it("keeps for the undo what a round changed, when the next one reads the same alerts from a slow Postgres", async () => {
  answerRounds(
    { results: [changed("1"), changed("2"), unavailable("3")], isComplete: false },
    { results: [unchanged("1"), unavailable("2"), changed("3"), changed("4")], isComplete: true },
  );
  const outcomes = await changeMatching("", ["OPEN"], { status: "RESOLVED" });
  expect(outcomes).toEqual(["1", "2", "3", "4"].map(changed));
  expect(beforeOf(outcomes).map(({ id }) => id)).toEqual(["1", "2", "3", "4"]);
});
