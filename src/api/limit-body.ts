import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/** In bytes. A dry run carries a delivery of 1 MiB as a JSON text, in which each byte may take up to six. */
const MAX_BODY_BYTES = 7 * 1024 * 1024;

/** Refuses a body that no operation of /v1 could need, before it is read. */
export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) =>
    new Problem("too-large", `A body may have ${MAX_BODY_BYTES} bytes.`).toResponse(
      (c.var as AppEnv["Variables"]).requestId,
    ),
});
