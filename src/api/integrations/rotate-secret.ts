import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { IntegrationRow } from "../../db/integrations.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { change, changeable } from "./change.ts";
import { integrationSchema, ownSecret, settingsFaults, toIntegration } from "./schema.ts";
import { newSecret, previousSecret, encrypted } from "./secret.ts";

const rotation = z
  .strictObject({
    overlapMinutes: z
      .int()
      .min(0)
      .max(43_200)
      .default(1440)
      .openapi({ description: "How long the present secret stays good; 0: not at all" }),
    secret: ownSecret.optional(),
  })
  .openapi("SecretRotation", { example: { overlapMinutes: 60 } });

const rotated = integrationSchema
  .extend({ secret: z.string().openapi({ description: "Shown this once" }) })
  .openapi("RotatedIntegration");

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/rotate-secret",
  operationId: "rotateSecret",
  tags: ["integrations"],
  summary: "Give an integration a new secret; the reply shows it this once",
  description:
    "Both secrets are good until the overlap ends. A secret of an earlier rotation that still overlapped ends now.",
  ...requireScope("integrations:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: rotation } } },
  },
  responses: {
    200: {
      description: "The integration with its new secret",
      headers: etagHeader,
      content: { "application/json": { schema: rotated } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
    ...idempotencyProblems,
  },
});

export function registerRotateSecret(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await changeable(c, c.req.valid("param").id);
    const { overlapMinutes, secret: given } = c.req.valid("json");
    const { scheme } = before.verification as VerificationSettings;
    const secret = given ?? newSecret(scheme);
    const [fault] = settingsFaults({ provider: before.provider, mapping: before.mapping as never, scheme, secret });
    if (fault) {
      throw new Problem("invalid-request", "The secret does not fit the scheme.", {
        errors: [{ pointer: `/${fault.path.join("/")}`, detail: fault.message }],
      });
    }
    const next = { ...(await encrypted(c.env, secret, before.id)), ...previousSecret(before, overlapMinutes) };
    const row = await change(c, before, next, "integration.rotate-secret").catch(async (error: unknown) => {
      // Only when Postgres has it and the object has not: otherwise what is there is somebody else's rotation.
      if (error instanceof Problem && error.type === "unavailable") await takeBack(c, before).catch(() => undefined);
      throw error;
    });
    c.set("mustShow", true);
    c.header("etag", etagOf(row.version));
    return c.json({ ...toIntegration(row, c.req.url), secret }, 200);
  });
}

/** Nobody was shown the new secret: without this the next rotation would end the one that is in use. */
async function takeBack(c: Parameters<typeof change>[0], before: IntegrationRow): Promise<void> {
  const { secretCiphertext, secretKeyId, previousSecretCiphertext, previousSecretKeyId, previousSecretExpiresAt } =
    before;
  await change(
    c,
    { ...before, version: before.version + 1 },
    { secretCiphertext, secretKeyId, previousSecretCiphertext, previousSecretKeyId, previousSecretExpiresAt },
    "integration.rotate-secret-undone",
  );
}
