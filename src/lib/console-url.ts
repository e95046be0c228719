/** Links to the console. Objects have no request, so the origin is the setting PUBLIC_URL; a request shows it as well. */

/**
 * The page of an alert.
 * @param publicUrl origin of the deployment, such as `https://tocsin.example.com`; empty: unknown
 * @returns null when the origin is unknown: no link is better than a wrong one
 */
export const alertUrl = (publicUrl: string | undefined, alertId: string): string | null =>
  publicUrl ? (URL.parse(`/alerts/${alertId}`, publicUrl)?.href ?? null) : null;

/** The origin of the deployment that answers a request: PUBLIC_URL, else the origin that the request was sent to. */
export const publicUrlOf = ({ env, req }: { env: Pick<Env, "PUBLIC_URL">; req: { url: string } }): string =>
  env.PUBLIC_URL || new URL(req.url).origin;
