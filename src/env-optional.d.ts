/** Bindings that a deployment may omit: `wrangler types` knows only those that `wrangler.toml` requires. */
interface Env {
  /** Identity providers for sign-in: see docs/sign-in.md. */
  OIDC_PROVIDERS?: string;
  /** A key that can read `/metrics`, and nothing else: see docs/operate/metrics.md. */
  METRICS_KEY?: string;
  /** The data set for one data point per delivery: see docs/operate/metrics.md. */
  ANALYTICS?: AnalyticsEngineDataset;
}
