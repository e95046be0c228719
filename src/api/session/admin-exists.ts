/** Whether this deployment has an admin, for the page that creates the first one. */
import { connect } from "../../db/client.ts";
import { hasPlatformAdmin } from "../../db/users.ts";
import { SECOND } from "../../lib/time.ts";

/** Known by this isolate: anyone may open the page, which should not wake Postgres once there is an admin. */
let isKnown = false;

/** Postgres may have to wake up. */
const TIMEOUT_MS = 5 * SECOND;

/** Whether there is a platform admin; false also while Postgres does not respond. */
export async function adminExists(env: Env): Promise<boolean> {
  isKnown ||= await hasPlatformAdmin(connect(env, AbortSignal.timeout(TIMEOUT_MS))).catch(() => false);
  return isKnown;
}
