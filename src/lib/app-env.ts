import type { Principal, VisibleTeams } from "./principal.ts";

/** The environment and variables of Hono's context. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** UUIDv7. For a delivery it is also the id of the delivery. */
    requestId: string;
    /** The caller; set on every route of /v1 except sign-in. */
    principal: Principal;
    /** The teams in which the caller has the scope of the route; set by `requireScope`. */
    visibleTeams: VisibleTeams;
    /** The response contains a secret that is shown once, so `Prefer: return=minimal` is ignored. */
    mustShow: boolean;
  };
}
