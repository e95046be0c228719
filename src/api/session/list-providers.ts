import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { commonProblems } from "../problems.ts";
import { identityProviders } from "./identity-providers.ts";

const reply = z.object({
  data: z.array(
    z
      .object({
        id: z.string().openapi({ example: "okta" }),
        name: z.string().openapi({ example: "Okta" }),
        signInUrl: z.url().openapi({ description: "Open it in a browser; `returnTo` names the page to come back to" }),
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
  summary: "Where people may sign in beside by password",
  security: [],
  responses: {
    200: { description: "All of them", content: { "application/json": { schema: reply } } },
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
