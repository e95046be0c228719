/** A subscriber to all changes, which checks what it is told, and what all of it was told against what Postgres has. */
import type pg from "pg";
import { Webhook } from "standardwebhooks";
import { type Heard, serveSubscriber } from "../lib/subscriber.ts";
import type { Target } from "./load.ts";

export interface FaultySubscriber {
  url: string;
  /** Whether it takes what it is told, or answers 503. */
  take(isWell: boolean): void;
  /** With this secret messages are signed. */
  trust(secret: string): void;
  /** How often it refused. */
  refused(): number;
  /** What it took, in order, once each; and how many more there were. */
  taken(): { ids: string[]; repeats: number };
  /** How many messages it took. */
  count(): number;
  /** Messages whose signature does not hold. */
  forged(): string[];
  close(): Promise<void>;
}

const PATH = "/changes";

const isTaken = ({ status }: Heard): boolean => status === 204;

const idOf = ({ headers }: Heard): string => headers["webhook-id"] ?? "";

/** Starts one that takes everything. */
export async function startSubscriber(): Promise<FaultySubscriber> {
  const subscriber = await serveSubscriber();
  let webhook: Webhook | null = null;
  return {
    url: subscriber.url + PATH,
    take: (isWell) => subscriber.answer(PATH, { status: isWell ? 204 : 503 }),
    trust: (secret) => void (webhook = new Webhook(secret)),
    refused: () => subscriber.heard(PATH).filter((one) => !isTaken(one)).length,
    count: () => subscriber.heard(PATH).length,
    taken() {
      const ids = subscriber.heard(PATH).filter(isTaken).map(idOf);
      const once = [...new Set(ids)];
      return { ids: once, repeats: ids.length - once.length };
    },
    forged: () =>
      subscriber
        .heard(PATH)
        .filter(({ headers, body }) => !verifies(webhook, headers, body))
        .map(idOf),
    close: () => subscriber.close(),
  };
}

/** The library holds the timestamp against the present: what came long ago is judged by its own. */
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

/** What timelines of these integrations tell, in the order of the changes. */
export async function changesOf(client: pg.Client, targets: readonly Target[]) {
  const { rows } = await client.query<{ id: string; alert_id: string }>(
    `select id, alert_id from alert_timeline where alert_id in (select id from alerts where integration_id = any($1))
     order by recorded_xid, version, id`,
    [targets.map(({ id }) => id)],
  );
  return rows;
}

/**
 * What is wrong with what a subscriber took: changes that it was not told of, and alerts whose changes came in another order.
 * @param isOrdered whether the changes of an alert have an order at all
 */
export function compareTaken(
  changes: readonly { id: string; alert_id: string }[],
  subscriber: Pick<FaultySubscriber, "taken" | "forged">,
  isOrdered: boolean,
): { lost: string[]; wrong: string[] } {
  const place = new Map(subscriber.taken().ids.map((id, index) => [id, index]));
  const lost = changes.filter(({ id }) => !place.has(id)).map(({ id }) => `the subscriber was not told of ${id}`);
  const alerts = Map.groupBy(changes, ({ alert_id }) => alert_id);
  const disordered = [...alerts].filter(([, own]) => {
    const places = own.map(({ id }) => place.get(id)).filter((one) => one !== undefined);
    return places.some((one, index) => one < (places[index - 1] ?? 0));
  });
  return {
    lost,
    wrong: [
      ...(isOrdered ? disordered.map(([alert]) => `the subscriber was told of ${alert} in another order`) : []),
      ...subscriber.forged().map((id) => `the signature of ${id} does not hold`),
    ],
  };
}
