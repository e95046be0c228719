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
  /** Since when it waits, in Unix ms. */
  since: number;
  /** Null: none yet. */
  result: Result | null;
  /** Ends with the result, and when its request may make the next call. */
  pause: Pause;
}

/** The result of a delivery that another request submitted. */
type Result = { reply: AcceptReply } | { error: unknown };

type EndOfCall = () => void;

const MAX_CALL_DELIVERIES = 64;

/** Objects whose last call is remembered. */
const MAX_OBJECTS = 10_000;

/** The bytes of an event besides its content. */
const EVENT_BYTES = 300;

/** No delivery waits longer for its reply, whether or not it makes the call. The platform may cut off the request that does. */
const WAIT_TIMEOUT_MS = CALL_LIMITS.budgetMs;

/** A waiting request makes the next call after this time, if the platform cut off the one that was to make it. */
const TAKEOVER_MS = 100;

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
  forgetCutOff(queue);
  const end = queue.waiting.length === 0 ? startCall(env, queue) : null;
  return end ? call(end) : keptAlive(wait(env, queue, delivery, call));
}

/** Drops the oldest deliveries whose requests the platform cut off while they waited. The clock may have been set back. */
function forgetCutOff({ waiting }: Queue): void {
  const now = Date.now();
  while (waiting[0] && Math.abs(now - waiting[0].since) >= WAIT_TIMEOUT_MS) waiting.shift();
}

const mayStart = ({ CALLS_IN_FLIGHT }: Env, { inFlight }: Queue): boolean => inFlight.count() < Number(CALLS_IN_FLIGHT);

/** Counts a call as in flight. @returns null: enough are */
const startCall = (env: Env, queue: Queue): EndOfCall | null => (mayStart(env, queue) ? queue.inFlight.start() : null);

function queueOf(name: string): Queue {
  const known = queues.get(name);
  if (known) return known;
  const queue: Queue = { name, inFlight: new InFlight(), waiting: [], gathering: null };
  queues.set(name, queue);
  return queue;
}

/** Waits for the reply of another request's call, or makes the next one. @param call makes a call with the delivery */
async function wait(
  env: Env,
  queue: Queue,
  delivery: Delivery,
  call: (end: EndOfCall) => Promise<AcceptReply>,
): Promise<AcceptReply> {
  const own: Waiting = {
    delivery,
    bytes: callSize(delivery),
    since: Date.now(),
    result: null,
    pause: new Pause(),
  };
  queue.waiting.push(own);
  if (queue.gathering && pauseBefore(queue) === 0) queue.gathering.end();
  for (;;) {
    await own.pause.wait(TAKEOVER_MS);
    if (own.result) return replyOf(own.result);
    own.pause = new Pause();
    // The clock may have been set back.
    const leftMs = WAIT_TIMEOUT_MS - Math.abs(Date.now() - own.since);
    const end = leftMs > 0 && queue.waiting.includes(own) ? startCall(env, queue) : null;
    if (!end && leftMs > 0) continue;
    queue.waiting = queue.waiting.filter((other) => other !== own);
    if (!end) throw unavailable("integration");
    return answered(leftMs, call(end));
  }
}

function settle(waiting: Waiting, result: Result): void {
  waiting.result = result;
  waiting.pause.end();
}

function replyOf(result: Result): AcceptReply {
  if ("error" in result) throw result.error;
  return result.reply;
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
  startNext(env, queue);
  isolateId ??= crypto.randomUUID();
  const call = { caller: isolateId, number: ++callCount };
  const limits = { ...CALL_LIMITS, budgetMs: CALL_LIMITS.budgetMs - pauseMs };
  try {
    const deliveries = [delivery, ...others.map((other) => other.delivery)];
    const [reply, ...replies] = await callObject(env, queue.name, (object) => object.accept(call, deliveries), {
      limits,
    });
    if (!reply) throw new Error("the object returned no reply");
    for (const [index, other] of others.entries()) settle(other, { reply: replies[index] ?? { kind: "failed" } });
    return reply;
  } catch (error) {
    for (const other of others) settle(other, { error });
    throw error;
  } finally {
    end();
    startNext(env, queue);
  }
}

/**
 * Wakes a waiting request to make the next call, if one may start: the request that made the last call may end before. The call counts
 * as started once the request makes it, because the platform may have cut it off.
 */
function startNext(env: Env, queue: Queue): void {
  const [next] = queue.waiting;
  if (next && mayStart(env, queue)) next.pause.end();
  else if (!next && queue.inFlight.count() === 0) queues.delete(queue.name);
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
