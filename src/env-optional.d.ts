/** Worker secrets that a deployment may leave out: `wrangler types` knows only those that `wrangler.toml` requires. */
interface Env {
  /** Where people may sign in beside by password: see docs/sign-in.md. */
  OIDC_PROVIDERS?: string;
}
