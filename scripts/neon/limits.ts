/**
 * The limits of Neon's proxy and compute, and what counts against them.
 * Defaults: proxy/src/binary/proxy.rs; connections: https://neon.com/docs/connect/connection-pooling
 */

export interface Limits {
  /** Rate limit of an endpoint: a leaky bucket that holds `burst` requests. */
  requestsPerSecond: number;
  burst: number;
  /** Connections that Postgres accepts. Each request in progress has one. More are refused; none waits. */
  maxConnections: number;
  maxRequestBytes: number;
  maxResponseBytes: number;
  /** The compute is suspended after this time without a request. */
  suspendAfterMs: number;
  /** Duration of a start of a suspended compute. */
  wakeUpMs: number;
}

/** Those of the smallest compute (0.25 CU) on its direct host. */
export const NEON_LIMITS: Limits = {
  requestsPerSecond: 200,
  burst: 500,
  // 104, of which seven are reserved
  maxConnections: 97,
  maxRequestBytes: 10 * 1024 * 1024,
  maxResponseBytes: 10 * 1024 * 1024,
  suspendAfterMs: 5 * 60_000,
  // 0.3 to 1 s
  wakeUpMs: 500,
};

/** A leaky bucket. https://github.com/neondatabase/neon, libs/utils/src/leaky_bucket.rs */
export class LeakyBucket {
  readonly #costMs: number;
  readonly #widthMs: number;
  /** Milliseconds at which the bucket is empty if nothing is added. */
  #emptyAt = 0;

  constructor({ requestsPerSecond, burst }: Pick<Limits, "requestsPerSecond" | "burst">) {
    this.#costMs = 1000 / requestsPerSecond;
    this.#widthMs = burst * this.#costMs;
  }

  /** Adds a request. @param now milliseconds of any clock @returns false if the bucket is full */
  add(now: number): boolean {
    const emptyAt = Math.max(this.#emptyAt, now) + this.#costMs;
    if (emptyAt - this.#widthMs > now) return false;
    this.#emptyAt = emptyAt;
    return true;
  }
}

/** The compute of an endpoint: connections in use, suspension after a pause, and the start that follows. */
export class Compute {
  readonly #limits: Limits;
  #lastUse = performance.now();
  #isSuspended = false;
  #start: Promise<void> | null = null;
  #connections = 0;
  /** Number of starts so far. */
  wakeUps = 0;
  /** The most connections that were in use at the same time. */
  peakConnections = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Stops the compute. The next request starts it. */
  suspend(): void {
    this.#isSuspended = true;
  }

  /** Waits until the compute runs. All requests that come meanwhile wait for the same start. */
  async awake(): Promise<void> {
    const isIdle = this.#connections === 0 && performance.now() - this.#lastUse > this.#limits.suspendAfterMs;
    if (this.#start === null && (this.#isSuspended || isIdle)) {
      this.wakeUps++;
      this.#start = new Promise<void>((resolve) => setTimeout(resolve, this.#limits.wakeUpMs)).then(() => {
        this.#isSuspended = false;
        this.#lastUse = performance.now();
        this.#start = null;
      });
    }
    await this.#start;
  }

  /** Runs `work` with a connection. @returns null, without running it, if none is left */
  async connected<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#connections >= this.#limits.maxConnections) return null;
    this.#connections++;
    this.peakConnections = Math.max(this.peakConnections, this.#connections);
    try {
      return await work();
    } finally {
      this.#connections--;
      this.#lastUse = performance.now();
    }
  }
}
