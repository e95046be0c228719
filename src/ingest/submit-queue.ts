/**
 * Group commit on the way to an integration's object. While a call to an object is in flight, further deliveries to it
 * wait in this isolate and are sent together in the next call: one round trip and one transaction for all of them. With no call in
 * flight, a delivery is sent immediately; under load, others gather first. Several calls may be in flight (CALLS_IN_FLIGHT); then
 * none gather.
 */
import { LRUCache } from "lru-cache";
import { Pause } from "../lib/pause.ts";
import { callObject } from "../objects/integration/client.ts";
import { CALL_LIMITS, NoAnswer, unavailable, within } from "../objects/shared/call.ts";
import type { AcceptReply, Delivery, IntegrationConfig } from "../objects/integration/rpc.ts";
import { mergeReplies, objectName, shardOf, split } from "../objects/integration/shards/index.ts";
import { MAX_CALL_BYTES, startAt } from "./call-pace.ts";
import { InFlight } from "./in-flight.ts";

interface Queue {
  /** The name of the object. */
  name: string;
  /** The calls, also the one for which deliveries gather. */
  inFlight: InFlight;
  waiting: Waiting[];
  /** The pause of the call for which deliveries gather; null: none gather. */
  gathering: Pause | null;
}

interface Waiting {
  delivery: Delivery;
  bytes: number;
  settle(signal: Signal): void;
}

/** The signal to a waiting delivery: its reply, an error, or the request to make the next call, which counts as started. */
type Signal = { reply: AcceptReply } | { error: unknown } | { end: EndOfCall };

type EndOfCall = () => void;

const MAX_CALL_DELIVERIES = 64;

/** Objects whose last call is remembered. */
const MAX_OBJECTS = 10_000;

/** The bytes of an event besides its content. */
const EVENT_BYTES = 300;

/** No delivery waits longer for its reply, whether or not it makes the call. The platform may cut off the request that does. */
const WAIT_TIMEOUT_MS = CALL_LIMITS.budgetMs;

const queues = new Map<string, Queue>();

/** When the last call to an object started, in Unix ms, by the object's name. */
const lastStartedAt = new LRUCache<string, number>({ max: MAX_OBJECTS });

const deliveriesInFlight = new InFlight();

/** Distinguishes the calls of this isolate from those of others. Made with the first call: Workers allow no randomness before. */
let isolateId: string | undefined;
let callCount = 0;

/**
 * Submits a delivery to its integration's object. For a sharded integration, each part is sent to the shard that owns it.
 * @throws Problem `unavailable` when a shard cannot be reached
 */
export async function submitToObjects(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  config: IntegrationConfig,
  delivery: Delivery,
): Promise<AcceptReply> {
  const end = deliveriesInFlight.start();
  try {
    return await submitParts(env, context, config, delivery);
  } finally {
    end();
  }
}

async function submitParts(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  config: IntegrationConfig,
  delivery: Delivery,
): Promise<AcceptReply> {
  const parts = split(delivery, config.sharding);
  const replies = parts.map(({ delivery: part }) => {
    const shard = part.partition === undefined ? 0 : shardOf(part.partition, config.sharding?.shards ?? 1);
    return enqueue(env, context, objectName(config.id, shard), part);
  });
  return mergeReplies(parts, await Promise.all(replies));
}

function enqueue(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  name: string,
  delivery: Delivery,
): Promise<AcceptReply> {
  const queue = queueOf(name);
  // A sender that hangs up must not cancel the call that carries other deliveries.
  const keptAlive = (reply: Promise<AcceptReply>): Promise<AcceptReply> => {
    context.waitUntil(reply.catch(() => {}));
    return reply;
  };
  const call = (end: EndOfCall) => keptAlive(makeCall(env, queue, delivery, end));
  const end = startCall(env, queue);
  return end ? call(end) : keptAlive(wait(queue, delivery, call));
}

/** Counts a call as in flight. @returns null: enough are */
const startCall = ({ CALLS_IN_FLIGHT }: Env, { inFlight }: Queue): EndOfCall | null =>
  inFlight.count() < Number(CALLS_IN_FLIGHT) ? inFlight.start() : null;

function queueOf(name: string): Queue {
  const known = queues.get(name);
  if (known) return known;
  const queue: Queue = { name, inFlight: new InFlight(), waiting: [], gathering: null };
  queues.set(name, queue);
  return queue;
}

/** Waits for the reply of another request's call, or makes the next one. @param call makes a call with the delivery */
async function wait(
  queue: Queue,
  delivery: Delivery,
  call: (end: EndOfCall) => Promise<AcceptReply>,
): Promise<AcceptReply> {
  const deadline = Date.now() + WAIT_TIMEOUT_MS;
  const { promise, resolve } = Promise.withResolvers<Signal>();
  const waiting = { delivery, bytes: callSize(delivery), settle: resolve };
  queue.waiting.push(waiting);
  if (queue.gathering && pauseBefore(queue) === 0) queue.gathering.end();
  const timer = setTimeout(() => {
    // Its request ends, so it cannot make the next call.
    queue.waiting = queue.waiting.filter((other) => other !== waiting);
    resolve({ error: unavailable("integration") });
  }, WAIT_TIMEOUT_MS);
  const signal = await promise;
  clearTimeout(timer);
  if ("end" in signal) return answered(deadline - Date.now(), call(signal.end));
  if ("error" in signal) throw signal.error;
  return signal.reply;
}

/** Waits for the reply of a call until a time. The call continues after it, because it carries other deliveries. */
const answered = (ms: number, reply: Promise<AcceptReply>): Promise<AcceptReply> =>
  within(ms, reply).catch((error: unknown) => {
    throw error instanceof NoAnswer ? unavailable("integration") : error;
  });

/** Makes a call with this delivery and as many waiting ones as fit. @param end ends the call, which counts as started */
async function makeCall(env: Env, queue: Queue, delivery: Delivery, end: EndOfCall): Promise<AcceptReply> {
  const pauseMs = Number(env.CALLS_IN_FLIGHT) === 1 ? pauseBefore(queue) : 0;
  if (pauseMs > 0) await gather(queue, pauseMs);
  lastStartedAt.set(queue.name, Date.now());
  const others = dequeue(queue, delivery);
  isolateId ??= crypto.randomUUID();
  const call = { caller: isolateId, number: ++callCount };
  const limits = { ...CALL_LIMITS, budgetMs: CALL_LIMITS.budgetMs - pauseMs };
  try {
    const deliveries = [delivery, ...others.map((other) => other.delivery)];
    const [reply, ...replies] = await callObject(env, queue.name, (object) => object.accept(call, deliveries), {
      limits,
    });
    if (!reply) throw new Error("the object returned no reply");
    for (const [index, { settle }] of others.entries()) settle({ reply: replies[index] ?? { kind: "failed" } });
    return reply;
  } catch (error) {
    for (const { settle } of others) settle({ error });
    throw error;
  } finally {
    end();
    startNext(env, queue);
  }
}

/** Lets a waiting request make the next call: the one that made the last call may end before. */
function startNext(env: Env, queue: Queue): void {
  const [next] = queue.waiting;
  if (next) {
    const end = startCall(env, queue);
    if (!end) return;
    queue.waiting.shift();
    next.settle({ end });
  } else if (queue.inFlight.count() === 0) queues.delete(queue.name);
}

/** How long the next call to an object waits, in ms, with the deliveries that wait and the one whose request makes the call. */
function pauseBefore({ name, waiting }: Queue): number {
  const now = Date.now();
  const load = { deliveries: waiting.length + 1, bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0) };
  return startAt(load, deliveriesInFlight.count(), lastStartedAt.get(name) ?? null, now) - now;
}

/** Lets deliveries gather for the next call. */
async function gather(queue: Queue, pauseMs: number): Promise<void> {
  queue.gathering = new Pause();
  await queue.gathering.wait(pauseMs);
  queue.gathering = null;
}

/** Removes the first waiting deliveries that fit into one call with this one. */
function dequeue(queue: Queue, delivery: Delivery): Waiting[] {
  let sum = callSize(delivery);
  let count = 0;
  for (const { bytes } of queue.waiting.slice(0, MAX_CALL_DELIVERIES - 1)) {
    sum += bytes;
    if (sum > MAX_CALL_BYTES) break;
    count++;
  }
  return queue.waiting.splice(0, count);
}

const callSize = ({ body, events }: Delivery): number =>
  events.reduce(
    (size, event) => size + EVENT_BYTES + ("unreadable" in event ? 0 : event.content.length),
    body.byteLength,
  );
