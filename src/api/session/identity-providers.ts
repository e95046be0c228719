import { z } from "@hono/zod-openapi";
import { Problem } from "../../lib/problem.ts";

/** An identity provider from `OIDC_PROVIDERS`. */
export interface IdentityProvider {
  id: string;
  name: string;
  /** Base URL of its OpenID Connect discovery; null: GitHub, which has none. */
  issuer: string | null;
  clientId: string;
  clientSecret: string;
  scopes: string[];
  vouchesForEmails: boolean;
}

const GOOGLE = "https://accounts.google.com";

/** Codes, tokens and keys need TLS; only loopback addresses may do without. */
const issuerUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname, search, hash } = new URL(text);
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return (protocol === "https:" || isLoopback) && search === "" && hash === "";
}, "Not an https URL, or it has a query or a fragment");

const providerSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, "Not 1 to 40 characters of a-z, 0-9 and -")
      .refine((id) => id !== "credential", "Reserved for passwords"),
    name: z.string().min(1).max(100).optional(),
    issuer: issuerUrl.optional(),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    scopes: z.array(z.string().min(1)).optional(),
    vouchesForEmails: z.boolean().default(false),
  })
  .refine(({ id, issuer }) => issuer !== undefined || id === "google" || id === "github", {
    path: ["issuer"],
    error: "Required, except for the ids google and github",
  })
  .transform(
    ({
      id,
      name = NAMES.get(id) ?? id,
      issuer = id === "google" ? GOOGLE : null,
      scopes,
      ...rest
    }): IdentityProvider => ({
      ...rest,
      id,
      name,
      issuer,
      scopes: scopes ?? (issuer === null ? [] : ["openid", "email", "profile"]),
    }),
  );

const NAMES = new Map([
  ["google", "Google"],
  ["github", "GitHub"],
]);

const providersSchema = z
  .array(providerSchema)
  .refine(
    (providers) => new Set(providers.map(({ id }) => id)).size === providers.length,
    "Two providers have the same id",
  );

/**
 * Reads the identity providers of this deployment.
 * @throws Problem `unavailable` when `OIDC_PROVIDERS` is invalid; its text names the field and quotes no value
 */
export function identityProviders(env: Env): IdentityProvider[] {
  if (!env.OIDC_PROVIDERS) return [];
  const parsed = providersSchema.safeParse(readJson(env.OIDC_PROVIDERS));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidProviders(`/${issue?.path.join("/") ?? ""}: ${issue?.message ?? ""}`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of a SyntaxError quotes the text, which holds secrets.
    throw invalidProviders("Not JSON");
  }
}

const invalidProviders = (reason: string) =>
  new Problem(
    "unavailable",
    `The Worker secret OIDC_PROVIDERS is invalid. ${reason}. Correct it as docs/sign-in.md describes.`,
  );

export const providerParam = z.object({
  provider: z.string().max(40).openapi({ description: "Id of an identity provider", example: "okta" }),
});

/** Finds an identity provider. @throws Problem `not-found` when this deployment does not have it */
export function findIdentityProvider(env: Env, id: string): IdentityProvider {
  const provider = identityProviders(env).find((candidate) => candidate.id === id);
  if (!provider)
    throw new Problem("not-found", "Unknown identity provider. List them with `GET /v1/session/providers`.");
  return provider;
}

/** The redirect URL that is registered at a provider. @param requestUrl a URL of this deployment */
export const callbackUrl = (requestUrl: string, { id }: IdentityProvider): string =>
  new URL(`/v1/session/oidc/${id}/callback`, requestUrl).href;
