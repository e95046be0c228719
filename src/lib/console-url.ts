/**
 * Links to the console. Objects have no request, so the origin is the setting PUBLIC_URL. The API uses it, too, and not the origin of the
 * request: an alert reads the same everywhere, and a request to a preview or through a proxy makes no wrong link.
 */

/**
 * The page of an alert.
 * @param publicUrl origin of the deployment, such as `https://tocsin.example.com`; empty: unknown
 * @returns null when the origin is unknown: no link is better than a wrong one
 */
export const alertUrl = (publicUrl: string | undefined, alertId: string): string | null =>
  publicUrl ? (URL.parse(`/alerts/${alertId}`, publicUrl)?.href ?? null) : null;
