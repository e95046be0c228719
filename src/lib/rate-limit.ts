/**
 * Whether one more is within the limit of this key. A runtime without the binding (bare workerd) has no limit.
 * https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 */
export async function isWithinLimit(limiter: RateLimit | undefined, key: string): Promise<boolean> {
  return limiter === undefined || (await limiter.limit({ key })).success;
}
