import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { commonProblems } from "../problems.ts";
import { identityProviders } from "./identity-providers.ts";

const responseSchema = z.object({
  data: z.array(
    z
      .object({
        id: z.string().openapi({ example: "okta" }),
        name: z.string().openapi({ example: "Okta" }),
        signInUrl: z.url().openapi({
          description: "URL to open in a browser; add `returnTo` with the path of the page to open after signing in",
        }),
      })
      .openapi("IdentityProvider"),
  ),
  nextCursor: z.null(),
});

const route = createRoute({
  method: "get",
  path: "/v1/session/providers",
  operationId: "listIdentityProviders",
  tags: ["session"],
  summary: "List Identity Providers",
  description: "Lists the identity providers at which users can sign in.",
  security: [],
  responses: {
    200: { description: "All identity providers", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
  },
});

export function registerListIdentityProviders(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, (c) => {
    const data = identityProviders(c.env).map(({ id, name }) => ({
      id,
      name,
      signInUrl: new URL(`/v1/session/oidc/${id}`, c.req.url).href,
    }));
    return c.json({ data, nextCursor: null }, 200);
  });
}
