/**
 * `/mcp`: the Model Context Protocol over streamable HTTP, for assistants. Each POST is answered by a server of its own, so nothing is
 * kept between requests: the revision 2026-07-28 has no sessions, and the SDK serves older clients statelessly. Tools are calls of
 * the API in the name of the caller's key. Knows no rule of the API.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createMcpHandler, isJsonContentType } from "@modelcontextprotocol/server";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { createTocsinClient } from "../../packages/client/src/index.ts";
import { authenticate, requireKey } from "../api/auth.ts";
import { checkEncoding } from "../api/check-encoding.ts";
import { checkMethod } from "../api/check-method.ts";
import { crossOrigin } from "../api/cors.ts";
import { inProcessFetch } from "../api/in-process.ts";
import { limitBody } from "../api/limit-body.ts";
import { limitJson } from "../api/limit-json.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { isObject } from "../lib/json.ts";
import { type Principal, seesNothing, visibleTeamsOf } from "../lib/principal.ts";
import { Problem } from "../lib/problem.ts";
import { checkOrigin } from "./check-origin.ts";
import { createServer } from "./server.ts";
import type { Tool } from "./tool.ts";
import { TOOLS } from "./tools/index.ts";

const PATH = "/mcp";

/** The largest arguments are a silence with long matchers. */
const MAX_BODY_BYTES = 256 * 1024;

/** Headers of the request that identify the caller and the client address. */
const FORWARDED_HEADERS = ["authorization", "user-agent", "cf-connecting-ip"];

/** Registers `/mcp`, whose tools call `app`. Before the API, whose checks of methods would answer a preflight of CORS. */
export function registerMcp(app: OpenAPIHono<AppEnv>): void {
  app.use(
    PATH,
    crossOrigin,
    checkMethod(app),
    checkOrigin,
    requireKey,
    authenticate,
    limitBody(MAX_BODY_BYTES),
    checkEncoding,
    limitJson,
  );
  app.post(PATH, async (c) => {
    const message = await readMessage(c);
    const { origin } = new URL(c.req.url);
    const api = createTocsinClient({ baseUrl: origin, fetch: inProcessFetch(app, c, FORWARDED_HEADERS) });
    const requestId = c.get("requestId");
    let failure: unknown;
    const handler = createMcpHandler(() => createServer(api, toolsFor(message, c.get("principal")), requestId), {
      maxSubscriptions: 0, // The list of tools does not change.
      onerror: (error) => (failure = error),
    });
    const response = await handler.fetch(c.req.raw, { parsedBody: message });
    if (response.status >= 500) throw failure;
    return response;
  });
}

/** @throws Problem, HTTPException for a body that is not one JSON value */
async function readMessage(c: Context<AppEnv>): Promise<unknown> {
  if (new URL(c.req.url).search !== "") {
    throw new Problem("invalid-request", "Unknown query parameters. Send the API key in `Authorization`.");
  }
  if (!isJsonContentType(c.req.header("content-type"))) throw new HTTPException(415);
  const message = await c.req.json<unknown>().catch(() => {
    throw new HTTPException(400);
  });
  // A batch would count as one request against the rate limit, and the protocol has none since 2025-06-18.
  if (!isObject(message))
    throw new Problem("invalid-request", "Not a JSON-RPC message. Send one message in a request.");
  return message;
}

/**
 * Lists the tools that a message can concern: those of the caller's scopes. A call gets the tool that it names, so that the API
 * says which scope is missing.
 */
function toolsFor(message: unknown, principal: Principal): readonly Tool[] {
  const { method, params } = message as { method?: unknown; params?: unknown };
  if (method === "tools/call" && isObject(params)) return TOOLS.filter(({ name }) => name === params.name);
  return TOOLS.filter(({ scope }) => !seesNothing(visibleTeamsOf(principal, scope)));
}
