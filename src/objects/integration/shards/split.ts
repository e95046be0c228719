/**
 * How several objects share an integration's work, pure. Each decides for some of the partitions; changing the number of
 * objects moves whole partitions between them, and nothing within a partition ever changes.
 */
import { PARTITIONS, partitionOfAlert, partitionOfDedupKey } from "./partitions.ts";
import type { AcceptReply, Delivery, Forecast, Sharding } from "../rpc.ts";

/** Names of the objects that hold, or ever held, something of an integration. */
export const objectNames = (integrationId: string, sharding: Sharding | undefined): string[] =>
  Array.from({ length: sharding?.most ?? 1 }, (_, shard) => objectName(integrationId, shard));

/** The name of one of an integration's objects; the first one bears the integration's id alone. */
export const objectName = (integrationId: string, shard: number): string =>
  shard === 0 ? integrationId : `${integrationId}/${shard}`;

/** The object that decides for a partition, of so many. */
export const shardOf = (partition: number, shards: number): number => partition % shards;

/** The partitions that an object decides for, of so many objects. */
export const partitionsOf = (shard: number, shards: number): number[] =>
  Array.from({ length: PARTITIONS }, (_, partition) => partition).filter(
    (partition) => shardOf(partition, shards) === shard,
  );

/** What of a delivery falls into one partition. */
export interface Part {
  delivery: Delivery;
  /** Where its events stand among those of the whole delivery. */
  places: number[];
}

/**
 * A delivery for a single object, or for each partition a delivery of its own with the events of that partition, known by the same
 * dedupKey. The first one keeps the id; the others have one that follows from it, the same whenever it is split again.
 */
export function split(delivery: Delivery, sharding: Sharding | undefined): Part[] {
  const places = delivery.events.map((_, place) => place);
  if (!sharding) return [{ delivery, places }];
  const keyless = partitionOfDedupKey(delivery.dedupKey);
  const partitions = Map.groupBy(places, (place) => {
    const event = delivery.events[place];
    if (event === undefined || "unreadable" in event || event.alertKey === null) return keyless;
    return partitionOfAlert({ id: "", alertKey: event.alertKey });
  });
  if (partitions.size === 0) partitions.set(keyless, []);
  const [first = keyless] = partitions.keys();
  return [...partitions].map(([partition, own]) => ({
    places: own,
    delivery: {
      ...delivery,
      partition,
      id: partId(delivery.id, partition - first),
      events: own.flatMap((place) => delivery.events[place] ?? []),
      note: partitions.size === 1 ? delivery.note : partNote(delivery, own.length),
    },
  }));
}

function partId(id: string, distance: number): string {
  const digit = (Number.parseInt(id.slice(-1), 16) + distance + PARTITIONS) % PARTITIONS;
  return id.slice(0, -1) + digit.toString(16);
}

const partNote = ({ id, events, note }: Delivery, count: number): string =>
  [`${count} of the ${events.length} events of delivery ${id}`, note].filter((words) => words !== null).join("; ");

/** Answers that keep the whole from being answered, the one that says most first. */
const UNDECIDED = ["newer-config", "unknown", "failed", "overloaded"] as const;

/** The answer to a delivery from those to its parts, in their order. It is a duplicate when every part is one. */
export function mergeReplies(parts: readonly Part[], replies: readonly AcceptReply[]): AcceptReply {
  const [only] = replies;
  if (only && replies.length === 1) return only;
  for (const kind of UNDECIDED) {
    const undecided = replies.find((reply) => reply.kind === kind);
    if (undecided) return undecided;
  }
  const decided = replies.filter((reply) => reply.kind === "decided");
  const outcomes = inPlace(
    parts,
    decided.map((reply) => reply.outcomes),
  );
  return {
    kind: "decided",
    ...mergedStatus(decided),
    outcomes,
    alertKeys: inPlace(
      parts,
      decided.map((reply) => reply.alertKeys),
    ),
  };
}

/** What would be decided on a delivery, from what would be on its parts. */
export function mergeForecasts(parts: readonly Part[], forecasts: readonly Forecast[]): Forecast {
  const [first] = forecasts;
  if (!first) throw new Error("a delivery has a part at least");
  const telling = forecasts.find(({ status }) => status === "ACCEPTED") ?? first;
  return {
    ...telling,
    ...mergedStatus(forecasts),
    outcomes: inPlace(
      parts,
      forecasts.map(({ outcomes }) => outcomes),
    ),
  };
}

type Decided = Pick<Forecast, "status" | "duplicateOf">;

function mergedStatus(decided: readonly Decided[]): Decided {
  const isDuplicate = decided.every(({ status }) => status === "DUPLICATE");
  return isDuplicate
    ? { status: "DUPLICATE", duplicateOf: decided[0]?.duplicateOf ?? null }
    : { status: "ACCEPTED", duplicateOf: null };
}

/** What was said of each part's events, in the order of the whole delivery's events. */
function inPlace<T>(parts: readonly Part[], lists: readonly (readonly T[])[]): T[] {
  return parts
    .flatMap(({ places, delivery }, part) =>
      (lists[part] ?? []).map((item, index) => ({ item, place: places[index] ?? delivery.events.length })),
    )
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
