/**
 * What lets a command of the docs reach Cloudflare. Nothing yet: then such commands are held against wrangler's own list of
 * commands and options. With `CLOUDFLARE_API_BASE_URL` (and an account and a token) here, they are run.
 */
export const cloudflareEnvironment = (): Record<string, string> => ({});
