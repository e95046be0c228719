import { z } from "@hono/zod-openapi";
import { Problem } from "../../lib/problem.ts";

/** An identity provider, as `OIDC_PROVIDERS` describes it. */
export interface IdentityProvider {
  id: string;
  name: string;
  /** Where its OpenID Connect discovery is; null: GitHub, which has none. */
  issuer: string | null;
  clientId: string;
  clientSecret: string;
  scopes: string[];
  vouchesForEmails: boolean;
}

const GOOGLE = "https://accounts.google.com";

/** Codes, tokens and keys go over TLS; to this machine they may go without. */
const issuerUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname, search, hash } = new URL(text);
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return (protocol === "https:" || isLoopback) && search === "" && hash === "";
}, "must be an https URL without query and fragment");

const providerSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, "1 to 40 of a-z, 0-9 and -")
      .refine((id) => id !== "credential", "stands for passwords"),
    name: z.string().min(1).max(100).optional(),
    issuer: issuerUrl.optional(),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    scopes: z.array(z.string().min(1)).optional(),
    vouchesForEmails: z.boolean().default(false),
  })
  .refine(({ id, issuer }) => issuer !== undefined || id === "google" || id === "github", {
    path: ["issuer"],
    error: "needed, but with the ids google and github",
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
  .refine((providers) => new Set(providers.map(({ id }) => id)).size === providers.length, "two have the same id");

/**
 * The identity providers of this deployment.
 * @throws Problem `unavailable` when `OIDC_PROVIDERS` cannot be read; it says where, and shows nothing of it
 */
export function identityProviders(env: Env): IdentityProvider[] {
  if (!env.OIDC_PROVIDERS) return [];
  const parsed = providersSchema.safeParse(readJson(env.OIDC_PROVIDERS));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(`/${issue?.path.join("/") ?? ""}: ${issue?.message ?? ""}`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error's own message would quote the text.
    throw unreadable("it is not JSON");
  }
}

const unreadable = (reason: string) =>
  new Problem("unavailable", `The Worker secret OIDC_PROVIDERS is not as docs/sign-in.md describes it: ${reason}.`);

/** The path parameter that names an identity provider. */
export const providerParam = z.object({
  provider: z.string().max(40).openapi({ description: "The id of an identity provider", example: "okta" }),
});

/** @throws Problem `not-found` when this deployment has no such identity provider */
export function requestedProvider(env: Env, id: string): IdentityProvider {
  const provider = identityProviders(env).find((one) => one.id === id);
  if (!provider) throw new Problem("not-found", "There is no such identity provider.");
  return provider;
}
