import { z } from "@hono/zod-openapi";
import { CATEGORIES, overloadStatus, type Provider } from "../../providers/provider.ts";
import { SETUP_PLACEHOLDERS } from "../../providers/setup.ts";
import { verificationSettings } from "../../verification/settings.ts";

const retryBehavior = z.enum(["retried", "dropped", "not published"]).openapi("SenderReaction");

export const providerSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    category: z.enum(CATEGORIES).openapi("ProviderCategory", { description: "The kind of source" }),
    keywords: z.array(z.string()).openapi({ description: "Words to find the provider by, besides its name" }),
    docs: z.url().openapi({ description: "The vendor's documentation of the format" }),
    verification: verificationSettings,
    setup: z.string().openapi({
      description: `Setup steps in Markdown for the default verification. Placeholders: ${SETUP_PLACEHOLDERS.map((name) => `\`${name}\``).join(", ")}`,
    }),
    formats: z.array(z.enum(["json", "form", "text", "message"]).openapi("BodyFormat")),
    sender: z
      .object({
        timeoutSeconds: z.number().nullable(),
        clientErrors: retryBehavior,
        tooManyRequests: retryBehavior,
        serverErrors: retryBehavior,
        note: z.string().optional(),
      })
      .openapi({ description: "How the source's sender reacts to a response other than 2xx" }),
    overloadStatus: z.literal([429, 503]).openapi({
      type: "integer",
      enum: [429, 503],
      description: "Status code of Tocsin's response under overload: the one after which this source retries",
    }),
    sample: z
      .object({ headers: z.record(z.string(), z.string()), path: z.string(), body: z.string() })
      .openapi({ description: "A delivery as the source sends it; use it for a dry run" }),
  })
  .openapi("Provider");

/** Converts a provider to its API representation. */
export const toProvider = (provider: Provider): z.infer<typeof providerSchema> => ({
  id: provider.id,
  name: provider.name,
  category: provider.category,
  keywords: provider.keywords.split(" "),
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
