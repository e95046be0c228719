/** The Durable Object Writer: merges the chunks of many integrations into one transaction of Postgres. */
import { DurableObject } from "cloudflare:workers";

export class Writer extends DurableObject<Env> {}
