/**
 * Whether one more is within the limit of this key. A runtime without the binding (bare workerd) has no limit.
 * https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 */
export async function isWithinLimit(limiter: RateLimit | undefined, key: string): Promise<boolean> {
  return limiter === undefined || (await limiter.limit({ key })).success;
}

/**
 * Where a request comes from, as limits count it: the client's address, of IPv6 the /64 that one subscriber has
 * (RFC 6177), as Cloudflare tells it. https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-connecting-ip
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
