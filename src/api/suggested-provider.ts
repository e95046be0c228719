/** The provider to which an operator should switch an integration, as a delivery of it shows. It is found when somebody reads, never when a delivery arrives. */
import { z } from "@hono/zod-openapi";
import { parseBody } from "../ingest/parse.ts";
import { MAX_BODY_BYTES } from "../ingest/read-body.ts";
import { UnknownCharsetError } from "../lib/charset.ts";
import { inflate } from "../lib/content-encoding.ts";
import { JsonError } from "../lib/json.ts";
import { Problem } from "../lib/problem.ts";
import type { StoredRequest } from "../db/recognizable.ts";
import type { Provider, ProviderInput } from "../providers/provider.ts";
import { suggestProvider } from "../providers/recognition.ts";
import { nullable } from "./components.ts";

export const suggestedProviderSchema = z
  .object({
    id: z.string().openapi({ description: "Id of the provider, for `provider` of `PATCH /v1/integrations/{id}`" }),
    name: z.string(),
    text: z.string().openapi({ description: "The suggestion in two sentences" }),
  })
  .openapi("SuggestedProvider", {
    example: {
      id: "grafana",
      name: "Grafana",
      text: "This looks like a delivery of Grafana. Switch the integration to the provider `grafana`.",
    },
  });

/** A field that holds a suggestion. @param when what the suggestion comes from */
export const suggestedProviderField = (when: string) =>
  nullable(suggestedProviderSchema).openapi({
    description: `${when} The integration reads as it is configured until an operator changes its provider`,
  });

/** A request, stored or given. */
interface RequestOfSource {
  headers: Headers | Record<string, string>;
  /** The path and query after the ingest URL. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Finds the suggestion for an integration that received a request.
 * @returns null: there is none, or the request cannot be read
 */
export async function suggestionFor(
  integration: { provider: string; verification: { scheme: string } },
  request: RequestOfSource,
): Promise<z.infer<typeof suggestedProviderSchema> | null> {
  const read = await inputOf(request);
  const source = read && suggestProvider(integration, read.input);
  if (!source || !accepts(source, read.format)) return null;
  const { id, name } = source;
  return {
    id,
    name,
    text: `This looks like a delivery of ${name}. Switch the integration to the provider \`${id}\`${without(integration)}.`,
  };
}

/** The suggestion of a stored request. @param request undefined: there is none that may be used */
export const suggestionOf = (request: StoredRequest | undefined) =>
  request === undefined ? null : suggestionFor(request.integration, request);

/** What the switch takes away. */
const without = ({ provider }: { provider: string }): string =>
  provider === "custom" ? " and set its mapping to null" : "";

type Format = Awaited<ReturnType<typeof parseBody>>["format"];

const accepts = ({ formats = [] }: Provider, format: Format): boolean => format === "json" || formats.includes(format);

/** The input that a provider would get; null: the body is in none of the formats. */
async function inputOf(request: RequestOfSource): Promise<{ input: ProviderInput; format: Format } | null> {
  const headers = new Headers(request.headers);
  const content = inflate(request.bytes, headers.get("content-encoding"), MAX_BODY_BYTES);
  if (typeof content === "string") return null;
  const [path = "", query] = request.path.split(/\?(.*)/s);
  try {
    const { value: body, format } = await parseBody(
      content,
      headers.get("content-type"),
      ["form", "text"],
      path !== "",
    );
    return { input: { headers, body, path, query: new URLSearchParams(query), receivedAt: 0 }, format };
  } catch (error) {
    if (error instanceof JsonError || error instanceof Problem || error instanceof UnknownCharsetError) return null;
    throw error;
  }
}
