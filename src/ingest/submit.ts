import { Problem } from "../lib/problem.ts";
import { SECOND } from "../lib/time.ts";
import { callObject } from "../objects/integration/client.ts";
import type { AcceptReply, Delivery, IntegrationConfig } from "../objects/integration/rpc.ts";
import { mergeReplies, objectName, shardOf, split } from "../objects/integration/shards/index.ts";

/**
 * Group commit on the way to the object: while a call to it is under way, deliveries to it gather in
 * this isolate and go together in the next one, which costs one round trip and one transaction for all of them. With
 * nothing under way a delivery goes at once.
 */
interface Lane {
  /** Callers that wait for their answer. */
  underWay: Set<number>;
  /** When the last call left, in Unix ms. */
  leftAt: number;
  waiting: Waiting[];
}

interface Waiting {
  delivery: Delivery;
  settle(word: Word): void;
}

/** What one that waits is told: its answer, or that it is its turn to make the call. */
type Word = { reply: AcceptReply } | { error: unknown } | "go";

const MOST_TOGETHER = 64;
const MOST_BYTES_TOGETHER = 2 * 1024 * 1024;

/** Whoever makes the call may be cut off with its request. Then the others wait no longer than this. */
const PATIENCE_MS = 10 * SECOND;

const lanes = new Map<string, Lane>();

/** This isolate among all of them; made with the first request, as nothing random may be made before. */
let isolate: string | undefined;
let calls = 0;

/**
 * Hands a delivery to its integration's object; where several share the work, its parts to those that decide on them.
 * @throws Problem `unavailable` when one cannot be reached
 */
export async function handOver(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  config: IntegrationConfig,
  delivery: Delivery,
): Promise<AcceptReply> {
  const parts = split(delivery, config.sharding);
  return mergeReplies(parts, await Promise.all(parts.map((part) => handPartOver(env, context, config, part.delivery))));
}

async function handPartOver(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  config: IntegrationConfig,
  part: Delivery,
): Promise<AcceptReply> {
  const shard = part.partition === undefined ? 0 : shardOf(part.partition, config.sharding?.shards ?? 1);
  const name = objectName(config.id, shard);
  const reply = await inItsLane(env, context, name, part);
  const isBehind = reply.kind === "older-config" || (reply.kind === "unknown" && shard > 0);
  if (!isBehind) return reply;
  // It has not heard of the config by which another one of them goes already.
  await callObject(env, name, (object) => object.configure({ ...config, shard }));
  return inItsLane(env, context, name, part);
}

function inItsLane(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  name: string,
  delivery: Delivery,
): Promise<AcceptReply> {
  const lane = laneOf(name);
  const isBusy = lane.underWay.size >= Number(env.CALLS_UNDER_WAY) && Date.now() - lane.leftAt < PATIENCE_MS;
  const reply = isBusy ? wait(env, name, lane, delivery) : lead(env, name, lane, delivery);
  // A senderProfile that hangs up must not take those with it whose deliveries it carries.
  context.waitUntil(reply.catch(() => {}));
  return reply;
}

function laneOf(name: string): Lane {
  const known = lanes.get(name);
  if (known) return known;
  const lane: Lane = { underWay: new Set(), leftAt: 0, waiting: [] };
  lanes.set(name, lane);
  return lane;
}

async function wait(env: Env, name: string, lane: Lane, delivery: Delivery): Promise<AcceptReply> {
  const { promise, resolve } = Promise.withResolvers<Word>();
  lane.waiting.push({ delivery, settle: resolve });
  const timer = setTimeout(() => resolve({ error: cutOff() }), PATIENCE_MS);
  const word = await promise;
  clearTimeout(timer);
  if (word === "go") return lead(env, name, lane, delivery);
  if ("error" in word) throw word.error;
  return word.reply;
}

const cutOff = () =>
  new Problem("unavailable", "This integration cannot take requests for the moment.", {
    headers: { "retry-after": "5" },
  });

/** Makes the call for this delivery and those that wait. */
async function lead(env: Env, name: string, lane: Lane, own: Delivery): Promise<AcceptReply> {
  const others = takeAlong(lane, own);
  const caller = freeCaller(lane);
  lane.underWay.add(caller);
  lane.leftAt = Date.now();
  isolate ??= crypto.randomUUID();
  const call = { caller: `${isolate}/${caller}`, number: ++calls };
  try {
    const deliveries = [own, ...others.map(({ delivery }) => delivery)];
    const [reply, ...replies] = await callObject(env, name, (object) => object.accept(call, deliveries));
    if (!reply) throw new Error("the object gave no answer");
    for (const [index, { settle }] of others.entries()) settle({ reply: replies[index] ?? { kind: "failed" } });
    return reply;
  } catch (error) {
    for (const { settle } of others) settle({ error });
    throw error;
  } finally {
    lane.underWay.delete(caller);
    // The next call belongs to the request that makes it: this one's may be over by then.
    const next = lane.waiting.shift();
    if (next) next.settle("go");
    else if (lane.underWay.size === 0) lanes.delete(name);
  }
}

function freeCaller({ underWay }: Lane): number {
  let caller = 0;
  while (underWay.has(caller)) caller++;
  return caller;
}

/** Those that wait and fit into one call. */
function takeAlong(lane: Lane, own: Delivery): Waiting[] {
  let bytes = own.body.byteLength;
  let count = 0;
  for (const { delivery } of lane.waiting.slice(0, MOST_TOGETHER - 1)) {
    bytes += delivery.body.byteLength;
    if (bytes > MOST_BYTES_TOGETHER) break;
    count++;
  }
  return lane.waiting.splice(0, count);
}
