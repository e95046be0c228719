import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { newId } from "../lib/ids.ts";
import { log } from "../lib/log.ts";
import { Problem } from "../lib/problem.ts";

/** For browsers: a year, this host and no other. https://www.rfc-editor.org/rfc/rfc6797 */
const STRICT_TRANSPORT_SECURITY = "max-age=31536000";

/** Hosts of this machine (RFC 6761, RFC 5735), where development needs no certificate. */
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Serves plain http on loopback addresses only. Reads and deliveries get a redirect: 308 keeps method and body, so a source that
 * follows it loses no alert. Every other write is rejected, so that its sender notices that the key was readable on the way.
 */
export const httpsOnly = createMiddleware<AppEnv>(async (c, next) => {
  const url = new URL(c.req.url);
  if (url.protocol === "https:") {
    await next();
    c.header("strict-transport-security", STRICT_TRANSPORT_SECURITY);
    return;
  }
  if (LOOPBACK.test(url.hostname)) return next();
  url.protocol = "https:";
  url.port = "";
  const requestId = newId();
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  const isDelivery = c.req.path.startsWith("/in/");
  if (!isRead) log.warn("plain http not served", { requestId, method: c.req.method, isDelivery });
  const detail = `Plain http is not served. Use ${url.origin}`;
  if (isRead || isDelivery) return c.text(`${detail}\n`, 308, { location: url.href, "x-request-id": requestId });
  const advice = "and replace the key or password that you sent: others could read it.";
  return new Problem("forbidden", `${detail}, ${advice}`).toResponse(requestId);
});
