/** Where commands that need Cloudflare go. */
export { startCloudflare as startCloudflareStandIn } from "../support/cloudflare.ts";
