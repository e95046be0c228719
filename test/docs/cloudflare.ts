/** What answers for Cloudflare, so that commands of the docs that need it can be run. */
interface StandIn {
  /** What makes wrangler talk to it: `CLOUDFLARE_API_BASE_URL`, an account, a token. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Starts it. Null: there is none, and then such commands are held against wrangler's own list of commands and options.
 */
export const startCloudflareStandIn = async (): Promise<StandIn | null> => null;
