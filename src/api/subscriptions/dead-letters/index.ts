import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { registerDiscardDeadLetter } from "./discard.ts";
import { registerGetDeadLetter } from "./get.ts";
import { registerListDeadLetters } from "./list.ts";
import { registerResendDeadLetters } from "./resend.ts";

/** Registers the routes of dead letters: messages that were given up. */
export function registerDeadLetters(app: OpenAPIHono<AppEnv>): void {
  registerListDeadLetters(app);
  registerResendDeadLetters(app);
  registerGetDeadLetter(app);
  registerDiscardDeadLetter(app);
}
