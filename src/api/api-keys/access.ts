/** Shared by the operations on API keys: which keys a caller can change, and how a key is made. */
import type { Context } from "hono";
import { type ApiKeyRow, findApiKey } from "../../db/api-keys.ts";
import { connect } from "../../db/client.ts";
import { newApiKey } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { includesTeam } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { noSuch } from "../require-scope.ts";

/**
 * Finds a key that the caller administers.
 * @throws Problem `not-found`, or `conflict` when the key is revoked or expired
 */
export async function findUsableKey(c: Context<AppEnv>, id: string): Promise<ApiKeyRow> {
  const row = await findApiKey(connect(c.env), id);
  if (!row || !includesTeam(c.get("visibleTeams"), row.teamId)) throw noSuch("API key");
  if (row.revokedAt !== null) throw new Problem("conflict", "This key is revoked. Create a new one.");
  if (row.expiresAt !== null && row.expiresAt.getTime() <= Date.now()) {
    throw new Problem("conflict", "This key has expired. Create a new one.");
  }
  return row;
}

/** Makes a new key. @throws Problem `unavailable` when the deployment has no AUTH_SECRET */
export function generateKey({ AUTH_SECRET }: Env): Promise<string> {
  if (AUTH_SECRET) return newApiKey(AUTH_SECRET);
  throw new Problem("unavailable", "API keys are not configured. Set the Worker secret AUTH_SECRET.");
}

/** The row after a change. @throws Problem `conflict` when another request revoked or rotated the key first */
export function changedKey(row: ApiKeyRow | undefined): ApiKeyRow {
  if (row) return row;
  throw new Problem(
    "conflict",
    "Another request revoked or rotated this key first. Read it again and repeat the change.",
  );
}
