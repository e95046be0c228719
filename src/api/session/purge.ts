import { connect } from "../../db/client.ts";
import { endExpired } from "../../db/sessions.ts";

/** Deletes expired sessions and password tokens. @param now Unix ms */
export const purgeSignIns = (env: Env, now: number): Promise<void> => endExpired(connect(env), new Date(now));
