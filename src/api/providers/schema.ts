import { z } from "@hono/zod-openapi";
import { PROVIDERS } from "../../providers/index.ts";
import { overloadStatus, type Provider } from "../../providers/provider.ts";
import { verificationSettings } from "../../verification/settings.ts";

const treatment = z.enum(["retried", "dropped", "not published"]);

export const providerSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    docs: z.url().openapi({ description: "Where the vendor describes what is sent" }),
    verification: verificationSettings,
    setup: z
      .string()
      .openapi({ description: "Steps in Markdown; `<INGEST_URL>` and `<SECRET>` stand for the integration's" }),
    formats: z.array(z.enum(["json", "form", "text"])),
    sender: z
      .object({
        timeoutSeconds: z.number().nullable(),
        clientErrors: treatment,
        tooManyRequests: treatment,
        serverErrors: treatment,
        note: z.string().optional(),
      })
      .openapi({ description: "What the source's sender does with answers that are no success" }),
    overloadStatus: z
      .union([z.literal(429), z.literal(503)])
      .openapi({ description: "Our answer when there is no room" }),
    sample: z
      .object({ headers: z.record(z.string(), z.string()), path: z.string(), body: z.string() })
      .openapi({ description: "A delivery as the source sends it, fit for a dry run" }),
  })
  .openapi("Provider");

/** A provider as the catalogue shows it. */
export const toProvider = (provider: Provider): z.infer<typeof providerSchema> => ({
  id: provider.id,
  name: provider.name,
  docs: provider.docs,
  verification: provider.verification,
  setup: provider.setup,
  formats: ["json", ...(provider.formats ?? [])],
  sender: {
    timeoutSeconds: provider.senderProfile.timeoutSeconds,
    clientErrors: provider.senderProfile.clientErrors,
    tooManyRequests: provider.senderProfile.tooManyRequests,
    serverErrors: provider.senderProfile.serverErrors,
    ...(provider.senderProfile.note !== undefined && { note: provider.senderProfile.note }),
  },
  overloadStatus: overloadStatus(provider.senderProfile),
  sample: {
    headers: provider.sample.headers ?? {},
    path: provider.sample.path ?? "",
    body: typeof provider.sample.body === "string" ? provider.sample.body : JSON.stringify(provider.sample.body),
  },
});

/** A provider's setup steps with the URL filled in; the secret was shown once and is not known here. */
export const setupFor = (providerId: string, ingestUrl: string): string =>
  PROVIDERS.get(providerId)?.setup.replaceAll("<INGEST_URL>", ingestUrl) ?? "";
