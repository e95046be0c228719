import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/** Rejects larger bodies before they are read. @param maxBytes a number of whole KiB */
export const limitBody = (maxBytes: number): MiddlewareHandler =>
  bodyLimit({
    maxSize: maxBytes,
    onError: (c) => tooLarge(maxBytes).toResponse((c as Context<AppEnv>).get("requestId")),
  });

/** The problem of a body over a limit. */
export const tooLarge = (maxBytes: number): Problem =>
  new Problem("too-large", `Request body exceeds ${size(maxBytes)}. Send a smaller one.`);

const size = (bytes: number): string =>
  bytes % (1024 * 1024) === 0 ? `${bytes / (1024 * 1024)} MiB` : `${bytes / 1024} KiB`;
