import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ListAnnouncer } from "../../../src/objects/feed/list-announcer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("ListAnnouncer announces a change at once, and those of the next interval together", () => {
  const calls: (readonly (string | null)[])[] = [];
  const announcer = new ListAnnouncer(async (teamIds) => void calls.push(teamIds), 2000);
  announcer.announce("a");
  expect(calls).toEqual([["a"]]);
  for (const teamId of ["a", "b", null, "b"]) announcer.announce(teamId);
  vi.advanceTimersByTime(1999);
  expect(calls).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(calls).toEqual([["a"], ["a", "b", null]]);
  vi.advanceTimersByTime(60_000);
  expect(calls).toHaveLength(2);
  announcer.announce("c");
  expect(calls.at(-1)).toEqual(["c"]);
});
