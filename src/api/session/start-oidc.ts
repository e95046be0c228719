import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isAPIError } from "better-auth/api";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { countAttempt } from "../auth.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { authOf } from "./better-auth.ts";
import { providerParam, requestedProvider } from "./identity-providers.ts";

/** A page of our own: a path, not an address that a browser would take for another host's. */
const returnTo = z
  .string()
  .max(1000)
  .regex(/^\/([\x21-\x2e\x30-\x5b\x5d-\x7e][\x21-\x5b\x5d-\x7e]*)?$/, "not a path of this service")
  .default("/")
  .openapi({ description: "The page to come back to: a path", example: "/alerts?status=OPEN" });

const route = createRoute({
  method: "get",
  path: "/v1/session/oidc/{provider}",
  operationId: "startSignIn",
  tags: ["session"],
  summary: "Begin to sign in at an identity provider: opened in a browser, it leads there",
  security: [],
  request: { params: providerParam, query: z.object({ returnTo }) },
  responses: {
    302: { description: "To the identity provider" },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerStartOidc(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const provider = requestedProvider(c.env, c.req.valid("param").provider);
    // It asks the provider: not as often as a stranger likes.
    await countAttempt(c);
    const { headers, response } = await authOf(c, provider)
      .api.signInSocial({
        body: { provider: provider.id, callbackURL: new URL(c.req.valid("query").returnTo, c.req.url).href },
        headers: c.req.raw.headers,
        returnHeaders: true,
      })
      .catch((error: unknown) => {
        // Its discovery document cannot be read: the fault lies between us and the provider.
        if (isAPIError(error)) throw new Problem("unavailable", `${provider.name} cannot be reached for the moment.`);
        throw error;
      });
    for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(response.url ?? "/", 302);
  });
}
