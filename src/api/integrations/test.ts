import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { auditEvent } from "../audit.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { utf8 } from "../../lib/bytes.ts";
import { newId } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";
import { signRequest } from "../../verification/sign.ts";
import { loadLatest } from "./load-latest.ts";

const reply = z
  .object({
    statusCode: z.int().openapi({ description: "How the ingest route answered" }),
    deliveryId: z.uuid().nullable().openapi({ description: "The delivery that the test left; null: none" }),
    body: z.unknown().openapi({ description: "The answer, as the source's sender would get it" }),
  })
  .openapi("TestResult");

const route = createRoute({
  method: "post",
  path: "/v1/integrations/{id}/test",
  operationId: "testIntegration",
  tags: ["integrations"],
  summary: "Send the provider's sample through the ingest route, proven as the integration asks for",
  description:
    "It is a delivery like any other, and opens an alert. The same sample again is a duplicate, as it would be of the source.",
  ...requireScope("integrations:write"),
  request: { params: idParam },
  responses: {
    200: { description: "What came of it", content: { "application/json": { schema: reply } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

/** `app` is the whole service: the test goes the way that every delivery goes. */
export function registerTest(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { config, provider, secrets } = await loadLatest(c, c.req.valid("param").id);
    const { sample } = provider;
    const body = typeof sample.body === "string" ? sample.body : JSON.stringify(sample.body);
    const signed = await signRequest(
      {
        url: new URL(`/in/${config.id}${sample.path ?? ""}`, c.req.url),
        headers: new Headers({ "content-type": "application/json", "user-agent": "Tocsin test", ...sample.headers }),
        body: utf8(body),
      },
      config.verification,
      secrets[0] ?? "",
      newId(),
      Date.now(),
    );
    if (!signed) throw new Problem("conflict", "Only Amazon can sign for SNS: publish a message in the SNS console.");
    const { url, headers } = signed;
    const response = await app.fetch(
      new Request(url, { method: "POST", headers, body: signed.body }),
      c.env,
      c.executionCtx,
    );
    const deliveryId = response.headers.get("x-request-id");
    const act = { action: "integration.test", targetType: "integration", targetId: config.id } as const;
    const after = { statusCode: response.status, deliveryId };
    await insertAuditEvent(connect(c.env), auditEvent(c, { ...act, teamId: config.teamId, after }));
    return c.json({ statusCode: response.status, deliveryId, body: await readJson(response) }, 200);
  });
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
