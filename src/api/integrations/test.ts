import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { auditEvent } from "../audit.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { ingestUrlOf } from "../../lib/ingest-id.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { utf8 } from "../../lib/bytes.ts";
import { newId } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";
import { testUserAgent } from "../../lib/test-delivery.ts";
import { sampleBody } from "../../providers/custom-sample.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { Provider, Sample } from "../../providers/provider.ts";
import { sampleAt } from "../../providers/sample.ts";
import { ingest } from "../../ingest/route.ts";
import { signRequest } from "../../verification/sign.ts";
import { loadLatest } from "./load-latest.ts";

const responseSchema = z
  .object({
    statusCode: z.int().openapi({ description: "Status code of the ingest route" }),
    deliveryId: z.uuid().nullable().openapi({ description: "Id of the test delivery; null: none was recorded" }),
    body: z.unknown().openapi({ description: "Response body, as the source would get it" }),
  })
  .openapi("TestResult");

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/test",
  operationId: "testIntegration",
  tags: ["integrations"],
  summary: "Send Test Delivery",
  description:
    "Sends the provider's sample, signed with the integration's secret, through the ingest route. Its dates are the present time. It is a real delivery: it opens an alert, and another test is another occurrence or a duplicate. With a mapping, the sample is a body that the mapping reads; 409: none was found.",
  ...requireScope("integrations:write"),
  request: { params: idParam },
  responses: {
    200: {
      description: "The response of the ingest route",
      content: { "application/json": { schema: responseSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerTestIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { config, provider, secrets } = await loadLatest(c, c.req.valid("param").id);
    const now = Date.now();
    const sample = sampleAt(config.mapping ? await sampleOf(provider, config.mapping) : provider.sample, now);
    const body = typeof sample.body === "string" ? sample.body : JSON.stringify(sample.body);
    const signed = await signRequest(
      {
        url: new URL(ingestUrlOf(config.id, c.req.url, c.env.INGEST_TAG_KEYS).href + (sample.path ?? "")),
        headers: new Headers({
          "content-type": "application/json",
          ...sample.headers,
          "user-agent": testUserAgent(sample.headers["user-agent"]),
        }),
        body: utf8(body),
      },
      config.verification,
      secrets[0] ?? "",
      newId(),
      now,
    );
    if (!signed)
      throw new Problem("conflict", "Only Amazon can sign SNS messages. Publish a message in the SNS console instead.");
    const { url, headers } = signed;
    const request = new Request(url, { method: "POST", headers, body: signed.body });
    const response = await ingest({ id: newId(), request, url }, c.env, c.executionCtx);
    const deliveryId = response.headers.get("x-request-id");
    const event = auditEvent(c, {
      action: "integration.test",
      targetType: "integration",
      targetId: config.id,
      teamId: config.teamId,
      after: { statusCode: response.status, deliveryId },
    });
    await insertAuditEvent(connect(c.env), event);
    return c.json({ statusCode: response.status, deliveryId, body: await readJson(response) }, 200);
  });
}

/** The sample of a provider with a mapping: a body that the mapping reads. */
async function sampleOf(provider: Provider, mapping: Mapping): Promise<Sample> {
  const body = await sampleBody(provider, mapping, Date.now());
  if (body !== null) return { body };
  throw new Problem("conflict", "No sample fits this mapping. Try a body of your source with the dry run instead.");
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
