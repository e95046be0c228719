/** Splits a delivery by partitions, and merges the replies to its parts. Pure: sends nothing. */
import type { AcceptReply, DecisionPreview, Delivery, Sharding } from "../rpc.ts";
import { PARTITIONS, partitionOfAlert, partitionOfDedupKey } from "./partitions.ts";

/** The part of a delivery in one partition. */
export interface Part {
  delivery: Delivery;
  /** The positions of its events in the whole delivery. */
  positions: number[];
}

/**
 * Splits a delivery into one part for each partition of its events. All parts have its dedup key. The first part keeps its
 * id, the others have ids derived from it: splitting the delivery again results in the same ids.
 * @param sharding undefined: the delivery stays whole
 */
export function split(delivery: Delivery, sharding: Sharding | undefined): Part[] {
  const positions = delivery.events.map((_, position) => position);
  if (!sharding) return [{ delivery, positions }];
  const keyless = partitionOfDedupKey(delivery.dedupKey);
  const partitions = Map.groupBy(positions, (position) => {
    const event = delivery.events[position];
    if (event === undefined || "unreadable" in event || event.alertKey === null) return keyless;
    return partitionOfAlert({ id: "", alertKey: event.alertKey });
  });
  if (partitions.size === 0) partitions.set(keyless, []);
  const [first = keyless] = partitions.keys();
  return [...partitions].map(([partition, own]) => ({
    positions: own,
    delivery: {
      ...delivery,
      partition,
      id: partId(delivery.id, partition - first),
      events: own.flatMap((position) => delivery.events[position] ?? []),
      note: partitions.size === 1 ? delivery.note : partNote(delivery, own.length),
    },
  }));
}

function partId(id: string, distance: number): string {
  const digit = (Number.parseInt(id.slice(-1), 16) + distance + PARTITIONS) % PARTITIONS;
  return id.slice(0, -1) + digit.toString(16);
}

const partNote = ({ id, events, note }: Delivery, count: number): string =>
  [`${count} of the ${events.length} events of delivery ${id}`, note].filter((part) => part !== null).join("; ");

/** Replies without a decision. The first of these that a part has is the reply to the whole delivery. */
const UNDECIDED = ["newer-config", "older-config", "unknown", "failed", "overloaded"] as const;

/**
 * The reply to a delivery. It is a duplicate when every part is one. Its reason is that of an accepted part, if there is one.
 * @param replies one for each part, in their order
 */
export function mergeReplies(parts: readonly Part[], replies: readonly AcceptReply[]): AcceptReply {
  const [only] = replies;
  if (only && replies.length === 1) return only;
  for (const kind of UNDECIDED) {
    const undecided = replies.find((reply) => reply.kind === kind);
    if (undecided) return undecided;
  }
  const decided = replies.filter((reply) => reply.kind === "decided");
  return {
    kind: "decided",
    ...mergedStatus(decided),
    outcomes: inOrder(
      parts,
      decided.map(({ outcomes }) => outcomes),
    ),
    alertKeys: inOrder(
      parts,
      decided.map(({ alertKeys }) => alertKeys),
    ),
    reason: (decided.find(({ status }) => status === "ACCEPTED") ?? decided[0])?.reason ?? "",
  };
}

/**
 * The preview of the decision on a delivery. Its reason is that of an accepted part, if there is one.
 * @param previews one for each part, in their order
 */
export function mergePreviews(parts: readonly Part[], previews: readonly DecisionPreview[]): DecisionPreview {
  const explaining = previews.find(({ status }) => status === "ACCEPTED") ?? previews[0];
  if (!explaining) throw new Error("a delivery has at least one part");
  return {
    ...explaining,
    ...mergedStatus(previews),
    outcomes: inOrder(
      parts,
      previews.map(({ outcomes }) => outcomes),
    ),
  };
}

type Decided = Pick<DecisionPreview, "status" | "duplicateOf">;

const mergedStatus = (decided: readonly Decided[]): Decided =>
  decided.every(({ status }) => status === "DUPLICATE")
    ? { status: "DUPLICATE", duplicateOf: decided[0]?.duplicateOf ?? null }
    : { status: "ACCEPTED", duplicateOf: null };

/** Puts the items of the parts' events into the order of the whole delivery's events. */
function inOrder<T>(parts: readonly Part[], lists: readonly (readonly T[])[]): T[] {
  return parts
    .flatMap(({ positions, delivery }, part) =>
      (lists[part] ?? []).map((item, index) => ({ item, position: positions[index] ?? delivery.events.length })),
    )
    .toSorted((a, b) => a.position - b.position)
    .map(({ item }) => item);
}
