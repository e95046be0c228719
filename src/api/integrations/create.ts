import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyFault } from "../../db/errors.ts";
import { deleteIntegration, insertIntegration, markSynced } from "../../db/integrations.ts";
import { toBase64, toBase64Url } from "../../lib/bytes.ts";
import { newIntegrationId } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";
import { openSecretBox } from "../../lib/secret-box.ts";
import { PROVIDERS } from "../../providers/index.ts";
import type { VerificationSettings } from "../../verify/settings.ts";
import { setupFor } from "../providers/schema.ts";
import { commonProblems } from "../problems.ts";
import { createdIntegrationSchema, newIntegrationSchema, toIntegration } from "./schema.ts";
import { configureObject } from "./sync.ts";

const route = createRoute({
  method: "post",
  path: "/v1/integrations",
  operationId: "createIntegration",
  tags: ["integrations"],
  summary: "Connect a source; the reply shows its secret this once",
  request: { body: { required: true, content: { "application/json": { schema: newIntegrationSchema } } } },
  responses: {
    201: { description: "The integration", content: { "application/json": { schema: createdIntegrationSchema } } },
    ...commonProblems,
  },
});

export function registerCreateIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { secret: ownSecret, verification, teamId = null, ...body } = c.req.valid("json");
    const settings = verification ?? PROVIDERS.get(body.provider)?.verification;
    if (!settings) throw new Error("the provider was checked by the schema");
    const id = newIntegrationId();
    const secret = ownSecret ?? newSecret(settings.scheme);
    const sealed = await (await openSecretBox(c.env.ENCRYPTION_KEYS)).seal(secret, id);

    const db = connect(c.env);
    const row = await insertIntegration(db, {
      ...body,
      id,
      teamId,
      verification: settings,
      secretCiphertext: sealed.ciphertext,
      secretKeyId: sealed.keyId,
    }).catch((error: unknown) => {
      if (!isForeignKeyFault(error)) throw error;
      throw new Problem("invalid-request", "There is no such team.", {
        errors: [{ pointer: "/teamId", detail: "no such team" }],
      });
    });
    try {
      await configureObject(c.env, row);
    } catch (error) {
      // Nobody has its secret yet: better none than one that works later.
      await deleteIntegration(db, id);
      throw error;
    }
    // Should this fail, the cron does it again: it is no reason to refuse what works already.
    c.executionCtx.waitUntil(markSynced(db, id, row.version));
    c.header("location", `/v1/integrations/${id}`);
    const integration = toIntegration(row, c.req.url);
    return c.json({ ...integration, setup: setupFor(row.provider, integration.ingestUrl), secret }, 201);
  });
}

/** 256 random bits, in the form that the scheme's senders expect; fit for a URL. */
function newSecret(scheme: VerificationSettings["scheme"]): string {
  const random = crypto.getRandomValues(new Uint8Array(32));
  return scheme === "standard-webhooks" ? `whsec_${toBase64(random)}` : toBase64Url(random);
}
