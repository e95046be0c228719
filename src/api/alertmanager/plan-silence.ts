/**
 * What a posted silence does, as in Alertmanager. Pure.
 * https://github.com/prometheus/alertmanager/blob/main/silence/silence.go (`Set`, `canUpdate`)
 */
import { checkMatcher, matches } from "../../alerts/matchers.ts";
import { type SilenceRow, stateOf } from "../../db/silences.ts";
import { Problem } from "../../lib/problem.ts";
import { SECOND } from "../../lib/time.ts";
import { readingMatchers } from "./errors.ts";
import { keyOf, type PostableSilence } from "./silence.ts";

/**
 * Checks a posted silence.
 * @param now Unix ms
 * @throws Problem `invalid-request` when it could never mute anything, or would mute everything
 */
export function checkSilence({ startsAt, endsAt, matchers }: PostableSilence, now: number): void {
  if (startsAt >= endsAt) throw invalid("start time must be before end time");
  if (endsAt.getTime() < now) throw invalid("end time can't be in the past");
  readingMatchers(() => matchers.forEach(checkMatcher));
  // A negated matcher never counts, so that `x!="y"` alone is accepted.
  const isEmptyMatch = matchers.every((matcher) => matcher.isEqual && matches([matcher], {}));
  if (isEmptyMatch) throw invalid("at least one matcher must not match the empty string");
}

const invalid = (why: string) => new Problem("invalid-request", `Failed to create silence: ${why}`);

/** `create`: a new silence. `update`: the same silence. `replace`: the silence expires, and there is a new one. */
export type SilencePlan = "create" | "update" | "replace";

/**
 * Decides what a posted silence does to the silence with its id. A silence keeps its id only if that leaves the past as it was.
 * @param current undefined: the request names none
 * @param now Unix ms
 */
export function planSilence(current: SilenceRow | undefined, posted: PostableSilence, now: number): SilencePlan {
  if (!current) return "create";
  const state = stateOf(current, now);
  if (state === "expired") return "create";
  if (!hasSameMatchers(current, posted)) return "replace";
  if (state === "pending") return posted.startsAt.getTime() < now ? "replace" : "update";
  return inSeconds(current.startsAt) === inSeconds(posted.startsAt) ? "update" : "replace";
}

/** Clients may send the matchers in another order. */
const hasSameMatchers = (current: SilenceRow, posted: PostableSilence): boolean => keysOf(current) === keysOf(posted);

const keysOf = ({ matchers }: Pick<PostableSilence, "matchers">): string => matchers.map(keyOf).toSorted().join("\n");

/** Some clients send times without milliseconds. */
const inSeconds = (time: Date): number => Math.floor(time.getTime() / SECOND);
