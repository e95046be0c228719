/**
 * Stands in the Worker's bundle for `@better-auth/core/social-providers` (`[alias]` in wrangler.toml): identity providers are
 * the operator's, by OIDC (docs/sign-in.md), so none of the forty that come built in is carried along.
 */
import * as z from "zod";

export const socialProviders = {};
export const SocialProviderListEnum = z.string();
