/** Secrets that a deployment may have; those that it must have are in env.d.ts, which wrangler generates. */
interface Env {
  /** Identity providers as JSON: see docs/sign-in.md. */
  OIDC_PROVIDERS?: string;
}
