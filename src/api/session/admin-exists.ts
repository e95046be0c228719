/** Whether this deployment has an admin, for the page that creates the first one. */
import { connect } from "../../db/client.ts";
import { hasPlatformAdmin } from "../../db/users.ts";

/** Known by this isolate: anyone may open the page, which should not wake Postgres each time. */
let isKnown = false;

/** Whether there is a platform admin; false also while Postgres does not respond. */
export async function adminExists(env: Env): Promise<boolean> {
  isKnown ||= await hasPlatformAdmin(connect(env)).catch(() => false);
  return isKnown;
}
