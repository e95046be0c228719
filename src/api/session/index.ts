import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";

/** What may be called without being signed in. */
export function registerSignIn(_app: OpenAPIHono<AppEnv>): void {}

/** What needs a session. */
export function registerSession(_app: OpenAPIHono<AppEnv>): void {}
