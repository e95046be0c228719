import type { Principal, VisibleTeams } from "./principal.ts";

/** What Hono's context carries in every request. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** UUIDv7; also the id of the delivery, when the request is one. */
    requestId: string;
    /** Who asks; set on every route of /v1 but sign-in. */
    principal: Principal;
    /** Where the principal may do what the route does; set by `requireScope`. */
    visibleTeams: VisibleTeams;
    /** The reply shows what is shown once: it must not be left out, whatever the client prefers. */
    mustShow: boolean;
  };
}
