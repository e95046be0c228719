/** The Durable Object Writer: merges the chunks of many integrations into one transaction of Postgres. Has no rules. */
import { retryable } from "cloudflare:durable-objects";
import { DurableObject } from "cloudflare:workers";
import { writeChunks, type Written } from "../../db/write-batch.ts";
import { Merger } from "./merger.ts";
import { Notifier } from "./notifier.ts";
import { notifyReader } from "./notify-reader.ts";
import { type DatedReport, Reports } from "./reports.ts";
import type { Reader, WriteReply, WriteRequest } from "./rpc.ts";

/** Stores nothing. rpc.ts describes the calls. */
export class Writer extends DurableObject<Env> {
  static {
    retryable(this.prototype.write, this.prototype.reports);
  }

  readonly #reports = new Reports();
  readonly #notifier = new Notifier((reader, xid) => notifyReader(this.env, reader, xid));
  readonly #merger = new Merger(
    {
      write: (chunks) => writeChunks(this.env, chunks),
      notify: (written) => this.#notifier.notify(readersOf(this.env, written), written.xid),
    },
    Number(this.env.WRITE_INTERVAL_MS),
  );

  async write(request: WriteRequest): Promise<WriteReply> {
    this.#reports.keep(request.report, Date.now());
    const reply = await this.#merger.submit(request);
    if (reply.kind === "written") this.#reports.onWritten(request);
    return reply;
  }

  reports(): DatedReport[] {
    return this.#reports.list(Date.now());
  }
}

/** The readers of the new timeline entries of a transaction. */
const readersOf = ({ FEEDS }: Env, { subscriptions }: Written): Reader[] => [
  ...Array.from({ length: Number(FEEDS) }, (_, feed) => ({ feed })),
  ...subscriptions.map(({ id }) => ({ subscriptionId: id })),
];
