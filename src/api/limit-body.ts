import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/** A dry run contains a delivery of up to 1 MiB as a JSON string, with up to six bytes per byte. */
const MAX_BODY_MIB = 7;

/** Rejects bodies that are too large for every operation of /v1, before they are read. */
export const limitBody = bodyLimit({
  maxSize: MAX_BODY_MIB * 1024 * 1024,
  onError: (c) =>
    new Problem("too-large", `Request body exceeds ${MAX_BODY_MIB} MiB. Send a smaller one.`).toResponse(
      (c.var as AppEnv["Variables"]).requestId,
    ),
});
