/** Wire types between the Worker, the Writers and the Feed. Holds no logic. */

/** What ended or narrowed access: the sockets of these actors (`user:<id>`, `api:<id>`) or sessions are closed. */
export interface AccessChange {
  actors?: readonly string[];
  sessionIds?: readonly string[];
}

/** The calls that a Feed answers, besides the upgrade of a WebSocket by `fetch`. */
export interface FeedObject {
  /** There are new timeline entries up to this transaction (decimal). Resolves once that is durable, or nobody listens. */
  notify(xid: string): Promise<void>;
  /** Closes the sockets concerned. Their clients connect again, and are authenticated again. */
  endAccess(change: AccessChange): Promise<void>;
}
