/** A subscriber to all timeline entries. It checks the signatures, and compares its messages with Postgres. */
import type pg from "pg";
import { Webhook } from "standardwebhooks";
import { serveSubscriber } from "../lib/subscriber.ts";
import type { Target } from "./load.ts";

export interface FaultySubscriber {
  url: string;
  /** Accepts messages, or answers 503. */
  accept(isHealthy: boolean): void;
  /** Sets the signing secret. */
  trust(secret: string): void;
  /** The messages that it accepted: the position of each id when it came first. */
  accepted(): ReadonlyMap<string, number>;
  /** Number of all messages. */
  count(): number;
  /** Ids of messages with a wrong signature. */
  wronglySigned(): readonly string[];
  close(): Promise<void>;
}

const PATH = "/messages";

/** Starts a subscriber that accepts everything. */
export async function startSubscriber(): Promise<FaultySubscriber> {
  const subscriber = await serveSubscriber();
  let webhook: Webhook | null = null;
  const accepted = new Map<string, number>();
  const wronglySigned: string[] = [];
  let examined = 0;
  /** Examines the messages that came since the last call. */
  const examine = (): void => {
    for (const { headers, body, status } of subscriber.received(PATH).slice(examined)) {
      examined++;
      const id = headers["webhook-id"] ?? "";
      if (status === 204 && !accepted.has(id)) accepted.set(id, examined);
      if (!verifies(webhook, headers, body)) wronglySigned.push(id);
    }
  };
  return {
    url: subscriber.url + PATH,
    accept: (isHealthy) => subscriber.answer(PATH, { status: isHealthy ? 204 : 503 }),
    trust: (secret) => void (webhook = new Webhook(secret)),
    count: () => subscriber.received(PATH).length,
    accepted() {
      examine();
      return accepted;
    },
    wronglySigned() {
      examine();
      return wronglySigned;
    },
    close: () => subscriber.close(),
  };
}

/** The library rejects old timestamps, so this signs again at the timestamp of the message. */
function verifies(webhook: Webhook | null, headers: Record<string, string>, body: string): boolean {
  try {
    const signedAt = new Date(Number(headers["webhook-timestamp"]) * 1000);
    return (
      webhook?.sign(headers["webhook-id"] ?? "", signedAt, body) === headers["webhook-signature"] &&
      body.startsWith("{")
    );
  } catch {
    return false;
  }
}

/** Timeline entries of these integrations, in the order of their commits. */
export async function timelineOf(client: pg.Client, targets: readonly Target[]) {
  const { rows } = await client.query<{ id: string; alert_id: string }>(
    `select id, alert_id from alert_timeline where alert_id in (select id from alerts where integration_id = any($1))
     order by recorded_xid, version, id`,
    [targets.map(({ id }) => id)],
  );
  return rows;
}

/**
 * Compares the messages of a subscriber with the timeline entries.
 * @param isOrdered whether the entries of an alert have a fixed order
 */
export function compareMessages(
  entries: readonly { id: string; alert_id: string }[],
  subscriber: Pick<FaultySubscriber, "accepted" | "wronglySigned">,
  isOrdered: boolean,
): { lost: string[]; wrong: string[] } {
  const positions = subscriber.accepted();
  const lost = entries.filter(({ id }) => !positions.has(id)).map(({ id }) => `no message of entry ${id}`);
  const alerts = Map.groupBy(entries, ({ alert_id }) => alert_id);
  const disordered = [...alerts].filter(([, own]) => {
    const order = own.map(({ id }) => positions.get(id)).filter((one) => one !== undefined);
    return order.some((one, index) => one < (order[index - 1] ?? 0));
  });
  return {
    lost,
    wrong: [
      ...(isOrdered ? disordered.map(([alert]) => `messages of alert ${alert} in another order`) : []),
      ...subscriber.wronglySigned().map((id) => `wrong signature of message ${id}`),
    ],
  };
}
