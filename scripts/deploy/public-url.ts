/** The origin of the console for links in messages: PUBLIC_URL, else the host name that wrangler deploys to. Pure. */
import type { WorkerConfig } from "../worker-config.ts";

/**
 * Finds the origin before the deployment, which needs it as a variable.
 * @param subdomain workers.dev subdomain of the account; null: unknown
 * @returns null when neither the settings, nor a route for a whole host, nor workers.dev name one
 */
export function publicUrl(
  { name, vars, routes }: Pick<WorkerConfig, "name" | "vars" | "routes">,
  subdomain: string | null,
): string | null {
  if (vars.PUBLIC_URL) return vars.PUBLIC_URL;
  const [host] = routes.flatMap((route) => /^([\w.-]+)(?:\/\*)?$/.exec(route)?.[1] ?? []);
  if (host !== undefined) return `https://${host}`;
  return routes.length === 0 && subdomain !== null ? `https://${name}.${subdomain}.workers.dev` : null;
}
