import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { newId } from "../lib/ids.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";

/** For browsers: a year, this host and no other. https://www.rfc-editor.org/rfc/rfc6797 */
export const STRICT_TRANSPORT_SECURITY = "max-age=31536000";

/** Hosts of this machine (RFC 6761, RFC 5735), where development needs no certificate. */
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Serves plain http on loopback addresses only. */
export const httpsOnly = createMiddleware<AppEnv>(async (c, next) => {
  const url = new URL(c.req.url);
  const rejection = rejectPlainHttp(c.req.method, url);
  if (rejection) return rejection;
  await next();
  if (url.protocol === "https:") c.header("strict-transport-security", STRICT_TRANSPORT_SECURITY);
  return;
});

/**
 * Rejects a request over plain http, unless it is to a loopback address. Reads and deliveries get a redirect: 308 keeps method and
 * body, so a source that follows it loses no alert. Every other write is rejected, so that its sender notices that the key was
 * readable on the way.
 * @returns null: the request may be served
 */
export function rejectPlainHttp(method: string, url: URL): Response | null {
  if (url.protocol === "https:" || LOOPBACK.test(url.hostname)) return null;
  const secure = new URL(url);
  secure.protocol = "https:";
  secure.port = "";
  const requestId = newId();
  const isRead = method === "GET" || method === "HEAD";
  const isDelivery = url.pathname.startsWith("/in/");
  if (!isRead) log.warn("plain http not served", { requestId, method, isDelivery });
  const detail = `Plain http is not served. Use ${secure.origin}`;
  if (isRead || isDelivery) {
    return new Response(`${detail}\n`, {
      status: 308,
      headers: { location: secure.href, "x-request-id": requestId, "content-type": "text/plain; charset=UTF-8" },
    });
  }
  const advice = "and replace the key or password that you sent: others could read it.";
  return new Problem("forbidden", `${detail}, ${advice}`).toResponse(requestId);
}
