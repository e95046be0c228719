/**
 * Group commit on the way to an integration's object. While a call to an object is in flight, further deliveries to it
 * wait in this isolate and are sent together in the next call: one round trip and one transaction for all of them. With no call in
 * flight, a delivery is sent immediately; under load, others gather first. Several calls may be in flight (CALLS_IN_FLIGHT); then
 * none gather. Any request with a waiting delivery may make the next call, which takes the deliveries in their order.
 */
import { LRUCache } from "lru-cache";
import { Pause } from "../lib/pause.ts";
import { SECOND } from "../lib/time.ts";
import { callObject } from "../objects/integration/client.ts";
import { CALL_LIMITS, unavailable } from "../objects/shared/call.ts";
import type { AcceptReply, Delivery, IntegrationConfig } from "../objects/integration/rpc.ts";
import { mergeReplies, objectName, shardOf, split } from "../objects/integration/shards/index.ts";
import { MAX_CALL_BYTES, startAt } from "./call-pace.ts";
import { InFlight } from "./in-flight.ts";

interface Queue {
  /** The name of the object. */
  name: string;
  /** The calls, also the one for which deliveries gather. */
  inFlight: InFlight;
  /** The oldest first. */
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
  /** Lets its request look for a result, or for a call to make. */
  wake(): void;
}

type Result = { reply: AcceptReply } | { error: unknown };

type EndOfCall = () => void;

const MAX_CALL_DELIVERIES = 64;

/** Objects whose last call is remembered. */
const MAX_OBJECTS = 10_000;

/** The bytes of an event besides its content. */
const EVENT_BYTES = 300;

/** No delivery waits longer for its reply. The platform may cut off the request that makes its call. */
const WAIT_TIMEOUT_MS = CALL_LIMITS.budgetMs;

/** How often a waiting request looks whether it may make the next call, without being woken. Divides WAIT_TIMEOUT_MS. */
const LOOK_INTERVAL_MS = SECOND;

/** Requests that are woken for the next call. One makes it; the platform may have cut off the others. */
const WOKEN = 2;

const queues = new Map<string, Queue>();

/** When the last call to an object started, in Unix ms, by the object's name. */
const lastStartedAt = new LRUCache<string, number>({ max: MAX_OBJECTS });

const deliveriesInFlight = new InFlight();

/** Distinguishes the calls of this isolate from those of others. Made with the first call: Workers allow no randomness before. */
let isolateId: string | undefined;
let callCount = 0;

type Context = Pick<ExecutionContext, "waitUntil">;

/**
 * Submits a delivery to its integration's object. For a sharded integration, each part is sent to the shard that owns it.
 * @throws Problem `unavailable` when a shard cannot be reached
 */
export async function submitToObjects(
  env: Env,
  context: Context,
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
  context: Context,
  config: IntegrationConfig,
  delivery: Delivery,
): Promise<AcceptReply> {
  const parts = split(delivery, config.sharding);
  const replies = parts.map(({ delivery: part }) => {
    const shard = part.partition === undefined ? 0 : shardOf(part.partition, config.sharding?.shards ?? 1);
    const reply = submit(env, context, objectName(config.id, shard), part);
    // A sender that hangs up must not cancel the call that carries other deliveries.
    context.waitUntil(reply.catch(() => {}));
    return reply;
  });
  return mergeReplies(parts, await Promise.all(replies));
}

/** Waits for the result of a delivery. Makes the calls that may start meanwhile. */
async function submit(env: Env, context: Context, name: string, delivery: Delivery): Promise<AcceptReply> {
  const queue = queueOf(name);
  forgetCutOff(queue);
  const own: Waiting = { delivery, bytes: callSize(delivery), since: Date.now(), result: null, wake: () => {} };
  queue.waiting.push(own);
  if (queue.gathering && pauseBefore(queue) === 0) queue.gathering.end();
  let waitedMs = 0;
  const timer = setInterval(() => {
    waitedMs += LOOK_INTERVAL_MS;
    if (waitedMs >= WAIT_TIMEOUT_MS) giveUp(queue, own);
    own.wake();
  }, LOOK_INTERVAL_MS);
  while (own.result === null) {
    const woken = Promise.withResolvers<void>();
    own.wake = woken.resolve;
    const end = startCall(env, queue);
    // The call goes on if this delivery gives up, because it carries others.
    if (end) context.waitUntil(makeCall(env, queue, end));
    await woken.promise;
  }
  clearInterval(timer);
  if ("error" in own.result) throw own.result.error;
  return own.result.reply;
}

function queueOf(name: string): Queue {
  const known = queues.get(name);
  if (known) return known;
  const queue: Queue = { name, inFlight: new InFlight(), waiting: [], gathering: null };
  queues.set(name, queue);
  return queue;
}

/** Drops the oldest deliveries if they wait for longer than any: the platform has cut off their requests. The clock may have been set back. */
function forgetCutOff({ waiting }: Queue): void {
  const now = Date.now();
  while (waiting[0] && Math.abs(now - waiting[0].since) > WAIT_TIMEOUT_MS) waiting.shift();
}

/** Ends the wait of a delivery. One that no call has taken is not submitted any more. */
function giveUp(queue: Queue, own: Waiting): void {
  own.result ??= { error: unavailable("integration") };
  queue.waiting = queue.waiting.filter((other) => other !== own);
  deleteIfEmpty(queue);
}

const mayStart = ({ CALLS_IN_FLIGHT }: Env, { inFlight, waiting }: Queue): boolean =>
  waiting.length > 0 && inFlight.count() < Number(CALLS_IN_FLIGHT);

/** Counts a call for the waiting deliveries as in flight. @returns null: none wait, or enough calls are in flight */
const startCall = (env: Env, queue: Queue): EndOfCall | null => (mayStart(env, queue) ? queue.inFlight.start() : null);

/** Makes a call with the oldest deliveries, as many as fit. Never rejects. @param end ends the call, which counts as started */
async function makeCall(env: Env, queue: Queue, end: EndOfCall): Promise<void> {
  const pauseMs = Number(env.CALLS_IN_FLIGHT) === 1 ? pauseBefore(queue) : 0;
  if (pauseMs > 0) await gather(queue, pauseMs);
  lastStartedAt.set(queue.name, Date.now());
  const taken = dequeue(queue);
  wakeNext(env, queue);
  isolateId ??= crypto.randomUUID();
  const call = { caller: isolateId, number: ++callCount };
  const limits = { ...CALL_LIMITS, budgetMs: CALL_LIMITS.budgetMs - pauseMs };
  const deliveries = taken.map(({ delivery }) => delivery);
  try {
    // Those that waited may have given up while others gathered.
    if (taken.length === 0) return;
    const replies = await callObject(env, queue.name, (object) => object.accept(call, deliveries), { limits });
    for (const [index, one] of taken.entries()) settle(one, { reply: replies[index] ?? { kind: "failed" } });
  } catch (error) {
    for (const one of taken) settle(one, { error });
  } finally {
    end();
    wakeNext(env, queue);
    deleteIfEmpty(queue);
  }
}

/** Lets waiting requests make the next call, if one may start: the request that made the last call may end before. */
function wakeNext(env: Env, queue: Queue): void {
  if (mayStart(env, queue)) for (const { wake } of queue.waiting.slice(0, WOKEN)) wake();
}

function settle(waiting: Waiting, result: Result): void {
  waiting.result ??= result;
  waiting.wake();
}

function deleteIfEmpty({ name, waiting, inFlight }: Queue): void {
  if (waiting.length === 0 && inFlight.count() === 0) queues.delete(name);
}

/** How long the next call to an object waits for more deliveries, in ms. */
function pauseBefore({ name, waiting }: Queue): number {
  const now = Date.now();
  const load = { deliveries: waiting.length, bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0) };
  return startAt(load, deliveriesInFlight.count(), lastStartedAt.get(name) ?? null, now) - now;
}

/** Lets deliveries gather for the next call. */
async function gather(queue: Queue, pauseMs: number): Promise<void> {
  queue.gathering = new Pause();
  await queue.gathering.wait(pauseMs);
  queue.gathering = null;
}

/** Removes the oldest deliveries that fit into one call, and at least one. */
function dequeue({ waiting }: Queue): Waiting[] {
  let sum = 0;
  let count = 0;
  for (const { bytes } of waiting.slice(0, MAX_CALL_DELIVERIES)) {
    sum += bytes;
    if (count > 0 && sum > MAX_CALL_BYTES) break;
    count++;
  }
  return waiting.splice(0, count);
}

const callSize = ({ body, events }: Delivery): number =>
  events.reduce(
    (size, event) => size + EVENT_BYTES + ("unreadable" in event ? 0 : event.content.length),
    body.byteLength,
  );
