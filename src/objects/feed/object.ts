/** The Durable Object Feed: pushes new timeline entries to live clients. */
import { DurableObject } from "cloudflare:workers";

export class Feed extends DurableObject<Env> {
  notify(_xid: string): void {}
}
