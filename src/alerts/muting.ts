/** Whether an alert is muted: it is snoozed, or an active silence matches. Computed, never stored. Pure; the SQL is in src/db/schema/muting.ts. */
import { type LabelledAlert, labelsOf } from "./labels.ts";
import { type Matcher, matches } from "./matchers.ts";

/** The fields of an alert that decide whether it is muted. */
export interface MutableAlert extends LabelledAlert {
  teamId: string | null;
  snoozedUntil: Date | null;
}

/** A silence: it mutes alerts of its team (null: of all teams) from `startsAt` until `endsAt`. */
export interface Silence {
  id: string;
  teamId: string | null;
  matchers: readonly Matcher[];
  startsAt: Date;
  endsAt: Date;
}

export interface Mute {
  /** When the first of the snooze and the matching silences ends. Another of them may last longer. */
  until: Date;
  /** The ids of the active silences that match, sorted. */
  silencedBy: string[];
}

/** Whether a silence matches an alert. It need not be active. */
export const isMatch = ({ teamId, matchers }: Pick<Silence, "teamId" | "matchers">, alert: MutableAlert): boolean =>
  (teamId === null || teamId === alert.teamId) && matches(matchers, labelsOf(alert));

/** @returns null: the alert is not muted */
export function muteOf(alert: MutableAlert, silences: readonly Silence[], now: Date): Mute | null {
  const matching = silences.filter(
    (silence) => silence.startsAt <= now && silence.endsAt > now && isMatch(silence, alert),
  );
  const { snoozedUntil } = alert;
  const ends = matching.map(({ endsAt }) => endsAt);
  if (snoozedUntil !== null && snoozedUntil > now) ends.push(snoozedUntil);
  const [first] = ends.toSorted((a, b) => a.getTime() - b.getTime());
  return first ? { until: first, silencedBy: matching.map(({ id }) => id).toSorted() } : null;
}
