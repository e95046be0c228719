/** Stands in the Worker's bundle for `@better-auth/telemetry` (`[alias]` in wrangler.toml): Tocsin tells nobody anything. */
export const createTelemetry = async () => ({ publish: async () => {} });
