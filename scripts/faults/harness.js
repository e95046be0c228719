/**
 * The entry module of the fault harness for workerd: the untouched bundle, with a clock that can be set and an object that can be
 * evicted between any two of its steps. `GET /__harness?clock=<ms>&evict=<step>&every=<n>` sets them, and returns the number of
 * evictions so far. Plain JavaScript, as workerd runs it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import * as bundle from "./index.js";

const { default: worker, Integration: Bundled } = bundle;

export const { Subscription } = bundle;

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

/** The step at which the object is evicted, every nth time; empty: never. */
let step = "";
let every = 1;
let count = 0;
let evictions = 0;

/** The object that is working, across awaits; none at the edge. */
const working = new AsyncLocalStorage();

function evictAt(name) {
  const context = working.getStore();
  if (!context || name !== step || ++count % every !== 0) return;
  // Counted first: nothing runs after an object evicts itself.
  evictions++;
  context.abort("evicted by the fault harness");
}

export class Integration extends Bundled {
  // oxlint-disable-next-line constructor-super -- called inside of run()
  constructor(context, env) {
    // The constructor may start a flush.
    working.run(context, () => super(context, env));
  }

  accept(call, deliveries) {
    return working.run(this.ctx, async () => {
      const reply = await super.accept(call, deliveries);
      // In the same event as the writes: they are rolled back.
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
    clockOffset = Number(url.searchParams.get("clock") ?? clockOffset);
    step = url.searchParams.get("evict") ?? step;
    every = Number(url.searchParams.get("every") ?? every);
    return new Response(String(evictions));
  },
};
