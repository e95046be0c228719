import { connect } from "../../db/client.ts";
import { endExpired } from "../../db/sessions.ts";

/** Forgets sessions and one-time tokens whose time is over. `now` in Unix ms. */
export const purgeSignIns = (env: Env, now: number): Promise<void> => endExpired(connect(env), new Date(now));
