import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";

export function registerTeams(_app: OpenAPIHono<AppEnv>): void {}
