import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { IntegrationRow } from "../../db/integrations.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { pushConfig } from "../../objects/integration/announce-config.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { endOverlapField, overlapField } from "../rotation.ts";
import {
  emailAddressField,
  emailAddressWith,
  givenSecretSchema,
  integrationSchema,
  findContradictions,
  setupOf,
  toIntegration,
} from "./schema.ts";
import { encryptSecret, newSecret, previousSecretColumns } from "./secret.ts";
import { loadForUpdate, storeChange } from "./update.ts";

const requestSchema = z
  .strictObject({
    overlapMinutes: overlapField("Minutes for which the old secret stays valid; 0: every old secret stops at once"),
    endOverlap: endOverlapField("secret"),
    secret: givenSecretSchema.optional(),
  })
  .openapi("SecretRotation", { example: { overlapMinutes: 60 } });

const responseSchema = integrationSchema
  .extend({
    setup: z.string().openapi({ description: "The setup steps with the new secret, in Markdown" }),
    secret: z.string().openapi({ description: "The new secret. Returned only once" }),
    emailAddress: emailAddressField,
  })
  .openapi("RotatedIntegration");

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/rotate-secret",
  operationId: "rotateIntegrationSecret",
  tags: ["integrations"],
  summary: "Rotate Integration Secret",
  description:
    "The response contains the new secret, which is returned only once. Both secrets are valid until the overlap ends. While an earlier rotation overlaps, the answer is 409: a third secret would end the first one before its promised time. Wait, or send `endOverlap`.",
  ...requireScope("integrations:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: requestSchema } } },
  },
  responses: {
    200: {
      description: "The integration with its new secret",
      headers: etagHeader,
      content: { "application/json": { schema: responseSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
    ...idempotencyProblems,
  },
});

export function registerRotateIntegrationSecret(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await loadForUpdate(c, c.req.valid("param").id);
    const { overlapMinutes, endOverlap, secret: givenSecret } = c.req.valid("json");
    if (!endOverlap && overlapMinutes > 0) assertNoOverlap(before);
    const { scheme } = before.verification as VerificationSettings;
    const secret = givenSecret ?? newSecret(scheme);
    const [contradiction] = findContradictions({
      provider: before.provider,
      mapping: before.mapping as never,
      scheme,
      secret,
    });
    if (contradiction) {
      throw new Problem(
        "invalid-request",
        "This secret is not valid for the integration's verification scheme. Send another one.",
        {
          errors: [{ pointer: `/${contradiction.path.join("/")}`, detail: contradiction.message }],
        },
      );
    }
    const columns = {
      ...(await encryptSecret(c.env, secret, before.id)),
      ...previousSecretColumns(before, overlapMinutes),
    };
    const row = await storeChange(c, before, columns, "integration.rotate-secret");
    // Ignores a failure, because only this answer shows the secret. The objects read the config from Postgres within a minute.
    await pushConfig(c.env, row).catch(() => undefined);
    c.set("mustShow", true);
    c.header("etag", etagOf(row.version));
    const integration = toIntegration(row, c);
    return c.json(
      {
        ...integration,
        setup: setupOf(c, integration, secret),
        secret,
        emailAddress: emailAddressWith(c, integration, secret),
      },
      200,
    );
  });
}

/** @throws Problem `conflict` while the secret from before the last rotation is valid */
function assertNoOverlap({ previousSecretExpiresAt }: IntegrationRow): void {
  if (previousSecretExpiresAt === null || previousSecretExpiresAt.getTime() <= Date.now()) return;
  const until = previousSecretExpiresAt.toISOString();
  throw new Problem(
    "conflict",
    `The secret from before the last rotation is valid until ${until}. Wait until then, or end it now with \`endOverlap\`.`,
  );
}
