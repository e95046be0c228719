/**
 * Writes silences for every API: the checks, Postgres with the audit event, and the notification of those who send or show alerts.
 */
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import {
  changeSilence,
  countUnexpired,
  expiry,
  findSilence,
  insertSilence,
  type NewSilence,
  type SilenceChange,
  type SilenceRow,
  stateOf,
} from "../../db/silences.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { includesTeam, isOneIntegration, visibleTeamsOf } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile } from "../etag.ts";
import { database } from "../request-scope.ts";
import { noSuch, noSuchTeam } from "../require-scope.ts";
import { notifyMuting } from "./notify.ts";
import { toSilence } from "./schema.ts";

/** Silences that have not expired: each is compared with every alert that is listed. */
const MAX_UNEXPIRED = 500;

/**
 * Loads a silence that the caller may read: of a team with `alerts:read`, or for everybody.
 * @throws Problem `not-found`
 */
export async function loadSilence(c: Context<AppEnv>, id: string): Promise<SilenceRow> {
  const row = await findSilence(database(c), id);
  const readable = visibleTeamsOf(c.get("principal"), "alerts:read");
  const isForEverybody = row?.teamId === null && !isOneIntegration(readable);
  if (!row || !(isForEverybody || includesTeam(readable, row.teamId))) throw noSuch("silence");
  return row;
}

/**
 * Loads a silence that the caller may change.
 * @throws Problem as `loadSilence`; `forbidden` when the caller can only read it; `precondition-failed` when `If-Match` names
 * another version
 */
export async function loadForChange(c: Context<AppEnv>, id: string): Promise<SilenceRow> {
  const row = await loadSilence(c, id);
  if (!includesTeam(c.get("visibleTeams"), row.teamId)) {
    throw new Problem("forbidden", "Read-only access to this silence. Use a key or role that can change it.");
  }
  assertMatch(c, row.version);
  return row;
}

/**
 * Creates a silence of the caller. A start in the past is now.
 * @param silence `createdByName`: another name than that of the caller
 * @throws Problem `invalid-request` for an end that is not in the future or not after the start, or an unknown team; `conflict`
 * when there are too many
 */
export async function createSilence(
  c: Context<AppEnv>,
  silence: Pick<NewSilence, "matchers" | "endsAt" | "comment" | "annotations" | "createdByName"> & {
    teamId: string | null;
    startsAt: Date | undefined;
  },
): Promise<SilenceRow> {
  const now = new Date();
  const { teamId, endsAt } = silence;
  const startsAt = startFrom(silence.startsAt, now);
  assertPeriod(startsAt, endsAt, now);
  if (!includesTeam(c.get("visibleTeams"), teamId)) throw noSuchTeam();
  const db = connect(c.env);
  if ((await countUnexpired(db, now)) >= MAX_UNEXPIRED) {
    throw new Problem("conflict", `There are ${MAX_UNEXPIRED} silences that have not expired. Expire some first.`);
  }
  const { actor, actorName } = c.get("principal");
  const createdByName = silence.createdByName ?? actorName;
  const { annotations = {} } = silence;
  const created = { ...silence, startsAt, annotations, id: newId(), createdBy: actor, createdByName };
  const after = toSilence({ ...created, version: 1, createdAt: now, updatedAt: now });
  const { row, subscriptionIds } = await insertSilence(
    db,
    created,
    auditEvent(c, { action: "silence.create", targetType: "silence", targetId: created.id, teamId, after }),
  ).catch((error: unknown) => {
    throw isForeignKeyError(error) ? noSuchTeam() : error;
  });
  await notifyMuting(c.env, teamId, subscriptionIds);
  return row;
}

/**
 * Changes a silence that has not expired.
 * @throws Problem `invalid-request` for an end that is not in the future or not after the start; `conflict` when it has expired, or
 * has started and would get another start; `precondition-failed` when another request changed it first
 */
export async function updateSilence(
  c: Context<AppEnv>,
  before: SilenceRow,
  change: SilenceChange,
): Promise<SilenceRow> {
  const now = new Date();
  const state = stateOf(before, now.getTime());
  if (state === "expired") throw new Problem("conflict", "The silence has expired. Create a new one.");
  if (state === "active" && change.startsAt) {
    throw new Problem("conflict", "The silence has started, so its start is fixed. Leave out `startsAt`.");
  }
  const startsAt = change.startsAt ? startFrom(change.startsAt, now) : before.startsAt;
  if (change.startsAt || change.endsAt) assertPeriod(startsAt, change.endsAt ?? before.endsAt, now);
  return write(c, before, { ...change, startsAt }, "silence.update");
}

/** Ends a silence. One that has expired stays as it is. @throws Problem `precondition-failed` when another request changed it first */
export async function expireSilence(c: Context<AppEnv>, before: SilenceRow): Promise<void> {
  const now = new Date();
  if (stateOf(before, now.getTime()) !== "expired") await write(c, before, expiry(before, now), "silence.expire");
}

async function write(c: Context<AppEnv>, before: SilenceRow, change: SilenceChange, action: string) {
  const after = { ...before, ...change, version: before.version + 1, updatedAt: new Date() };
  const event = auditEvent(c, {
    action,
    targetType: "silence",
    targetId: before.id,
    teamId: before.teamId,
    before: toSilence(before),
    after: toSilence(after),
  });
  const written = await changeSilence(connect(c.env), before, change, event);
  if (!written) throw changedMeanwhile(before.version);
  await notifyMuting(c.env, before.teamId, written.subscriptionIds);
  return written.row;
}

const startFrom = (startsAt: Date | undefined, now: Date): Date => (startsAt && startsAt > now ? startsAt : now);

function assertPeriod(startsAt: Date, endsAt: Date, now: Date): void {
  const detail = endsAt <= now ? "not in the future" : endsAt <= startsAt ? "not after `startsAt`" : null;
  if (detail === null) return;
  throw new Problem("invalid-request", "Invalid time range. Set `endsAt` to a time in the future, after `startsAt`.", {
    errors: [{ pointer: "/endsAt", detail }],
  });
}
