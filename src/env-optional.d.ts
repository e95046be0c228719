/** What a deployment may leave out: `wrangler types` knows only what `wrangler.toml` requires. */
interface Env {
  /** Where people may sign in beside by password: see docs/sign-in.md. */
  OIDC_PROVIDERS?: string;
  /** Lets whoever presents it read `/metrics`, and nothing else: see docs/operate/metrics.md. */
  METRICS_KEY?: string;
  /** Where a data point of each delivery goes: see docs/operate/metrics.md. */
  ANALYTICS?: AnalyticsEngineDataset;
}
