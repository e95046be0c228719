import { z } from "@hono/zod-openapi";
import type { IntegrationRow } from "../../db/integrations.ts";
import { PROXY_HEADERS } from "../../integration/key-headers.ts";
import { parsePointer } from "../../lib/json.ts";
import { checkMapping } from "../../providers/custom.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { type Mapping, mappingSchema } from "../../providers/mapping.ts";
import { type VerificationSettings, verificationSettings } from "../../verify/settings.ts";
import { instant } from "../page.ts";

/** Whether a secret may stand in a header, a URL or a body, where senders write it in their own spelling. */
const TOKEN = /^[\x21-\x7e]+$/;

/** To thirty days; left out or null: never. */
const quietMinutes = z.int().min(1).max(43_200).nullable().optional();

/** What a new integration may say of itself. */
export const newIntegrationSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    provider: z
      .string()
      .refine((id) => PROVIDERS.has(id), { error: () => `not one of ${[...PROVIDERS.keys()].join(", ")}` }),
    teamId: z.uuid().nullable().optional(),
    deduplicationWindowMinutes: z.int().min(0).max(10_080).default(15),
    autoResolveMinutes: quietMinutes.openapi({ description: "Resolve alerts that nothing was heard of for so long" }),
    expectedEveryMinutes: quietMinutes.openapi({ description: "Open an alert when nothing arrived for so long" }),
    verification: verificationSettings.optional().describe("By default as the provider's sender does it"),
    secret: z
      .string()
      .min(16)
      .max(512)
      .optional()
      .openapi({ description: "For sources that make the secret themselves; by default we make one" }),
    idempotencyHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,100}$/)
      .transform((name) => name.toLowerCase())
      .refine((name) => !PROXY_HEADERS.has(name), "proxies set this header: it does not name a delivery")
      .optional()
      .openapi({ description: "Header in which this source gives a delivery its id" }),
    ignore: z
      .array(
        z
          .string()
          .max(500)
          .refine((text) => (parsePointer(text)?.length ?? 0) > 0, "not a JSON Pointer to a part of the body"),
      )
      .max(50)
      .default([])
      .openapi({ description: "JSON Pointers into the body that do not count when contents are compared" }),
    mapping: mappingSchema.optional().describe("How the `custom` provider reads"),
  })
  .check(({ value, issues }) => {
    const fault = (path: string[], message: string) => issues.push({ code: "custom", input: value, path, message });
    if (value.provider === "custom" && !value.mapping) fault(["mapping"], "the custom provider reads by a mapping");
    if (value.provider !== "custom" && value.mapping) fault(["mapping"], "only the custom provider reads by a mapping");
    for (const { field, message } of value.mapping ? checkMapping(value.mapping) : [])
      fault(["mapping", field], message);
    const scheme = (value.verification ?? PROVIDERS.get(value.provider)?.verification)?.scheme;
    if (scheme === "token" && value.secret !== undefined && !TOKEN.test(value.secret)) {
      fault(["secret"], "a token is printable ASCII without blanks");
    }
  })
  .openapi("NewIntegration");

export const integrationSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    provider: z.string(),
    teamId: z.uuid().nullable(),
    isEnabled: z.boolean(),
    deduplicationWindowMinutes: z.int(),
    autoResolveMinutes: z.int().nullable(),
    expectedEveryMinutes: z.int().nullable(),
    verification: verificationSettings,
    idempotencyHeader: z.string().nullable(),
    ignore: z.array(z.string()),
    mapping: mappingSchema.nullable(),
    ingestUrl: z.url(),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Integration");

const setup = z.string().openapi({ description: "Steps to set the source up, in Markdown, with the URL filled in" });

export const createdIntegrationSchema = integrationSchema
  .extend({ setup, secret: z.string().openapi({ description: "Shown this once" }) })
  .openapi("CreatedIntegration");

export const integrationDetailSchema = integrationSchema
  .extend({
    setup,
    outbox: z
      .object({
        rows: z.int().openapi({ description: "Accepted, not yet in Postgres" }),
        bytes: z.int(),
        oldestAt: instant.nullable(),
        setAside: z.int().openapi({ description: "Rows that Postgres refused for their data" }),
        lastError: z.string().nullable(),
      })
      .openapi("Outbox"),
  })
  .openapi("IntegrationDetail");

/** An integration's row as the API shows it: no secret, no ciphertext. */
export function toIntegration(row: IntegrationRow, requestUrl: string): z.infer<typeof integrationSchema> {
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    teamId: row.teamId,
    isEnabled: row.isEnabled,
    deduplicationWindowMinutes: row.deduplicationWindowMinutes,
    autoResolveMinutes: row.autoResolveMinutes,
    expectedEveryMinutes: row.expectedEveryMinutes,
    verification: row.verification as VerificationSettings,
    idempotencyHeader: row.idempotencyHeader,
    ignore: row.ignore,
    mapping: row.mapping as Mapping | null,
    ingestUrl: new URL(`/in/${row.id}`, requestUrl).href,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
