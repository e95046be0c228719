/**
 * The entry that the fault harness gives to workerd: the untouched bundle, with a clock that can be set and an object that
 * can be evicted between any two of its steps. `GET /__harness?clock=<ms>&evict=<step>&every=<n>` says how, and answers how
 * many objects were evicted so far; with `&cron` what runs every five minutes runs first.
 * Plain JavaScript, as workerd runs it.
 */
import { DurableObject } from "cloudflare:workers";
import { AsyncLocalStorage } from "node:async_hooks";
import * as bundle from "./index.js";

const { default: worker, Integration: Bundled } = bundle;

/** A version before there were subscriptions has no such class. */
export const Subscription = bundle.Subscription ?? class extends DurableObject {};

const RealDate = Date;
let clockOffset = 0;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length > 0) super(...parts);
    else super(RealDate.now() + clockOffset);
  }
  static now() {
    return RealDate.now() + clockOffset;
  }
};

/** The step at which every nth time the object that makes it is evicted; empty: none. */
let step = "";
let every = 1;
let count = 0;
let evictions = 0;

/** The object whose work it is, also behind what it awaits; none at the edge. */
const working = new AsyncLocalStorage();

function evictAt(name) {
  const context = working.getStore();
  if (!context || name !== step || ++count % every !== 0) return;
  // Counted first: nothing runs on in an object that evicts itself.
  evictions++;
  context.abort("evicted by the fault harness");
}

export class Integration extends Bundled {
  // oxlint-disable-next-line constructor-super -- it is called, with the object's name at hand
  constructor(context, env) {
    // What it finds left behind it flushes at once.
    working.run(context, () => super(context, env));
  }

  accept(call, deliveries) {
    return working.run(this.ctx, async () => {
      const reply = await super.accept(call, deliveries);
      // In the turn of the writes: they are taken back.
      evictAt("before-commit");
      if (step === "before-answer") await scheduler.wait(2);
      evictAt("before-answer");
      return reply;
    });
  }

  alarm() {
    return working.run(this.ctx, () => super.alarm());
  }
}

const realFetch = globalThis.fetch;
globalThis.fetch = async (...request) => {
  evictAt("before-flush");
  const answering = realFetch(...request);
  evictAt("during-flush");
  const response = await answering;
  evictAt("after-flush");
  if (step === "after-discard") setTimeout(() => evictAt("after-discard"), 3);
  return response;
};

export default {
  ...worker,
  async fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname !== "/__harness") return worker.fetch(request, env, context);
    if (url.searchParams.has("cron")) {
      await worker.scheduled({ scheduledTime: Date.now(), cron: "", noRetry() {} }, env, context);
    }
    clockOffset = Number(url.searchParams.get("clock") ?? clockOffset);
    step = url.searchParams.get("evict") ?? step;
    every = Number(url.searchParams.get("every") ?? every);
    return new Response(String(evictions));
  },
};
