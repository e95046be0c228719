/**
 * Counts one request against the limit of a key. False: it is over the limit. Without the binding (bare workerd) there is no limit.
 * https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 */
export async function isWithinLimit(limiter: RateLimit | undefined, key: string): Promise<boolean> {
  return limiter === undefined || (await limiter.limit({ key })).success;
}

/**
 * The client address that limits count by, from Cloudflare's header: IPv4, or the /64 of an IPv6 address, which one
 * customer has (RFC 6177). https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-connecting-ip
 */
export function addressOf(headers: Headers): string {
  const address = headers.get("cf-connecting-ip") ?? "unknown";
  if (!address.includes(":") || address.includes(".")) return address;
  const [left = "", right] = address.toLowerCase().split("::");
  const groups = left === "" ? [] : left.split(":");
  const tail = right === undefined || right === "" ? [] : right.split(":");
  const zeros = Array<string>(Math.max(0, 8 - groups.length - tail.length)).fill("0");
  return `${[...groups, ...zeros, ...tail].slice(0, 4).join(":")}::/64`;
}
