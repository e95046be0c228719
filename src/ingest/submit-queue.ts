/**
 * Group commit on the way to an integration's object. While a call to an object is in flight, further deliveries to it
 * wait in this isolate and are sent together in the next call: one round trip and one transaction for all of them. With no
 * call in flight, a delivery is sent at once. Several calls may be in flight (CALLS_UNDER_WAY).
 */
import { callObject } from "../objects/integration/client.ts";
import { CALL_LIMITS, NoAnswer, unavailable, within } from "../objects/shared/call.ts";
import type { AcceptReply, Delivery, IntegrationConfig } from "../objects/integration/rpc.ts";
import { mergeReplies, objectName, shardOf, split } from "../objects/integration/shards/index.ts";
import { CallsInFlight } from "./calls-in-flight.ts";

interface Queue {
  inFlight: CallsInFlight;
  waiting: Waiting[];
}

interface Waiting {
  delivery: Delivery;
  settle(signal: Signal): void;
}

/** The signal to a waiting delivery: its reply, an error, or the request to make the next call. */
type Signal = { reply: AcceptReply } | { error: unknown } | "make-call";

const MAX_CALL_DELIVERIES = 64;
const MAX_CALL_BYTES = 2 * 1024 * 1024;

/** The bytes of an event besides its content. */
const EVENT_BYTES = 300;

/** No delivery waits longer for its reply, whether or not it makes the call. The platform may cut off the request that does. */
const WAIT_TIMEOUT_MS = CALL_LIMITS.budgetMs;

const queues = new Map<string, Queue>();

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
  const isBusy = queue.inFlight.count() >= Number(env.CALLS_UNDER_WAY);
  // A sender that hangs up must not cancel the call that carries other deliveries.
  const keptAlive = (reply: Promise<AcceptReply>): Promise<AcceptReply> => {
    context.waitUntil(reply.catch(() => {}));
    return reply;
  };
  const call = () => keptAlive(makeCall(env, name, queue, delivery));
  return isBusy ? keptAlive(wait(queue, delivery, call)) : call();
}

function queueOf(name: string): Queue {
  const known = queues.get(name);
  if (known) return known;
  const queue: Queue = { inFlight: new CallsInFlight(), waiting: [] };
  queues.set(name, queue);
  return queue;
}

/** Waits for the reply of another request's call, or makes the next one. @param call makes a call with the delivery */
async function wait(queue: Queue, delivery: Delivery, call: () => Promise<AcceptReply>): Promise<AcceptReply> {
  const deadline = Date.now() + WAIT_TIMEOUT_MS;
  const { promise, resolve } = Promise.withResolvers<Signal>();
  const waiting = { delivery, settle: resolve };
  queue.waiting.push(waiting);
  const timer = setTimeout(() => {
    // Its request ends, so it cannot make the next call.
    queue.waiting = queue.waiting.filter((other) => other !== waiting);
    resolve({ error: unavailable("integration") });
  }, WAIT_TIMEOUT_MS);
  const signal = await promise;
  clearTimeout(timer);
  if (signal === "make-call") return answered(deadline - Date.now(), call());
  if ("error" in signal) throw signal.error;
  return signal.reply;
}

/** Waits for the reply of a call until a time. The call continues after it, because it carries other deliveries. */
const answered = (ms: number, reply: Promise<AcceptReply>): Promise<AcceptReply> =>
  within(ms, reply).catch((error: unknown) => {
    throw error instanceof NoAnswer ? unavailable("integration") : error;
  });

/** Makes a call with this delivery and as many waiting ones as fit. */
async function makeCall(env: Env, name: string, queue: Queue, delivery: Delivery): Promise<AcceptReply> {
  const others = dequeue(queue, delivery);
  const end = queue.inFlight.start();
  isolateId ??= crypto.randomUUID();
  const call = { caller: isolateId, number: ++callCount };
  try {
    const deliveries = [delivery, ...others.map((other) => other.delivery)];
    const [reply, ...replies] = await callObject(env, name, (object) => object.accept(call, deliveries));
    if (!reply) throw new Error("the object returned no reply");
    for (const [index, { settle }] of others.entries()) settle({ reply: replies[index] ?? { kind: "failed" } });
    return reply;
  } catch (error) {
    for (const { settle } of others) settle({ error });
    throw error;
  } finally {
    end();
    // A waiting request makes the next call: this one may end before.
    const next = queue.waiting.shift();
    if (next) next.settle("make-call");
    else if (queue.inFlight.count() === 0) queues.delete(name);
  }
}

/** Removes the first waiting deliveries that fit into one call with this one. */
function dequeue(queue: Queue, delivery: Delivery): Waiting[] {
  let bytes = callSize(delivery);
  let count = 0;
  for (const { delivery: other } of queue.waiting.slice(0, MAX_CALL_DELIVERIES - 1)) {
    bytes += callSize(other);
    if (bytes > MAX_CALL_BYTES) break;
    count++;
  }
  return queue.waiting.splice(0, count);
}

const callSize = ({ body, events }: Delivery): number =>
  events.reduce(
    (size, event) => size + EVENT_BYTES + ("unreadable" in event ? 0 : event.content.length),
    body.byteLength,
  );
