/** The Durable Object Writer: merges the chunks of many integrations into one transaction of Postgres. Has no rules. */
import { retryable } from "cloudflare:durable-objects";
import { DurableObject } from "cloudflare:workers";
import { writeChunks, type Written } from "../../db/write-batch.ts";
import { SECOND } from "../../lib/time.ts";
import { callFeeds } from "../feed/client.ts";
import { ListAnnouncer } from "../feed/list-announcer.ts";
import { Merger } from "./merger.ts";
import { Notifier } from "./notifier.ts";
import { notifyReader } from "./notify-reader.ts";
import { type DatedReport, Reports } from "./reports.ts";
import type { Reader, WriteReply, WriteRequest } from "./rpc.ts";

/** Minimum interval between two announcements. Pages refresh less often: at most every ten seconds. */
const ANNOUNCE_INTERVAL_MS = 2 * SECOND;

/** Stores nothing. rpc.ts describes the calls. */
export class Writer extends DurableObject<Env> {
  static {
    retryable(this.prototype.write, this.prototype.reports);
  }

  readonly #instance = crypto.randomUUID();
  readonly #reports = new Reports();
  readonly #notifier = new Notifier((reader, xid) => notifyReader(this.env, reader, xid));
  readonly #announcer = new ListAnnouncer(
    (teamIds) => callFeeds(this.env, (feed) => feed.listChanged("deliveries", teamIds)),
    ANNOUNCE_INTERVAL_MS,
  );
  readonly #merger = new Merger(
    {
      write: (chunks) => writeChunks(this.env, chunks),
      notify: (written) => this.#notifier.notify(readersOf(this.env, written), written.xid),
      announce: (teamId) => this.#announcer.announce(teamId),
    },
    Number(this.env.WRITE_INTERVAL_MS),
  );

  async write(request: WriteRequest): Promise<WriteReply> {
    const { report } = request;
    if (this.#reports.keep(report, Date.now())) this.#announcer.announce(report.teamId);
    const reply = await this.#merger.submit(request);
    if (reply.kind === "written" && this.#reports.onWritten(request)) this.#announcer.announce(report.teamId);
    return reply;
  }

  reports(): { instance: string; reports: DatedReport[] } {
    return { instance: this.#instance, reports: this.#reports.list(Date.now()) };
  }
}

/** The readers of the new timeline entries of a transaction. */
const readersOf = ({ FEEDS }: Env, { subscriptions }: Written): Reader[] => [
  ...Array.from({ length: Number(FEEDS) }, (_, feed) => ({ feed })),
  ...subscriptions.map(({ id }) => ({ subscriptionId: id })),
];
