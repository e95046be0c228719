/** Counts requests to Postgres, and how many of them followed one another. */
export class SqlRounds {
  /** Requests so far. */
  requests = 0;
  #completed = 0;
  #depth = 0;

  /** The most requests of which each began after the one before was answered: parallel ones count once. */
  get depth(): number {
    return this.#depth;
  }

  /** Counts a request. */
  async count<T>(request: () => Promise<T>): Promise<T> {
    const depth = this.#completed + 1;
    this.requests++;
    this.#depth = Math.max(this.#depth, depth);
    try {
      return await request();
    } finally {
      this.#completed = Math.max(this.#completed, depth);
    }
  }
}
