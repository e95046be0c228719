/** What Hono's context carries in every request. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** UUIDv7; also the id of the delivery, when the request is one. */
    requestId: string;
  };
}
