/**
 * The entry module of the fault harness for workerd: the untouched bundle, with a clock that can be set, and objects that can be
 * evicted or hang at a step of their work. `GET /__harness?clock=<ms>&step=<step>&action=<evict|hang>&every=<n>&times=<n>` sets
 * them, and returns how often the action was taken so far. Plain JavaScript, as workerd runs it.
 *
 * Steps of an integration's object: object-before-commit, -before-answer, -before-flush, -during-flush, -after-flush (it has the
 * Writer's reply, and its chunks), -after-discard. Of a Writer: writer-on-call, -before-commit, -during-commit, -after-commit,
 * -before-answer. Of a subscription's object: subscription-on-wake.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import * as bundle from "./index.js";

export const { Feed } = bundle;

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

/** Takes the action every nth time that an object reaches the step, up to `times` times; without a step never. */
const plan = { step: "", action: "evict", every: 1, times: Number.POSITIVE_INFINITY };
let passes = 0;
let actions = 0;

/** The kind and the context of the object that is working, across awaits; none at the edge. */
const working = new AsyncLocalStorage();

/** Whether the planned action is due at a step. Counts it first: nothing runs after an object evicts itself. */
function isDue(step) {
  const kind = working.getStore()?.kind;
  if (!kind || step !== plan.step || !step.startsWith(`${kind}-`) || plan.times === 0) return false;
  if (++passes % plan.every !== 0) return false;
  plan.times--;
  actions++;
  return true;
}

/** Evicts the object that is working if that is due. */
function pass(step) {
  if (isDue(step)) working.getStore().context.abort("evicted by the fault harness");
}

/** As `pass`. To hang is to wait for an hour: the runtime ends what waits for nothing. */
async function passOrHang(step) {
  if (plan.action !== "hang") pass(step);
  else if (isDue(step)) await scheduler.wait(3_600_000);
}

/** Writers with the steps around a flush. */
const watched = (writers) => ({
  jurisdiction: (name) => watched(writers.jurisdiction(name)),
  getByName(...name) {
    const writer = writers.getByName(...name);
    return {
      reports: () => writer.reports(),
      async write(request) {
        pass("object-before-flush");
        const answering = writer.write(request);
        pass("object-during-flush");
        const reply = await answering;
        pass("object-after-flush");
        if (plan.step === "object-after-discard") setTimeout(() => pass("object-after-discard"), 3);
        return reply;
      },
    };
  },
});

export class Integration extends bundle.Integration {
  // oxlint-disable-next-line constructor-super -- called inside of run()
  constructor(context, env) {
    // The constructor may start a flush.
    working.run({ kind: "object", context }, () =>
      super(context, { ...env, WRITER_OBJECTS: watched(env.WRITER_OBJECTS) }),
    );
  }

  accept(call, deliveries) {
    return working.run({ kind: "object", context: this.ctx }, async () => {
      const reply = await super.accept(call, deliveries);
      // In the same event as the writes: they are rolled back.
      pass("object-before-commit");
      if (plan.step === "object-before-answer") await scheduler.wait(2);
      pass("object-before-answer");
      return reply;
    });
  }

  alarm() {
    return working.run({ kind: "object", context: this.ctx }, () => super.alarm());
  }
}

export class Writer extends bundle.Writer {
  write(request) {
    return working.run({ kind: "writer", context: this.ctx }, async () => {
      await passOrHang("writer-on-call");
      const reply = await super.write(request);
      await passOrHang("writer-before-answer");
      return reply;
    });
  }
}

export class Subscription extends bundle.Subscription {
  wake(xid) {
    return working.run({ kind: "subscription", context: this.ctx }, async () => {
      if (isDue("subscription-on-wake")) {
        // An alarm that is still to come would make up for the notification.
        await this.ctx.storage.deleteAlarm();
        await this.ctx.storage.sync();
        this.ctx.abort("evicted by the fault harness");
      }
      return super.wake(xid);
    });
  }
}

const realFetch = globalThis.fetch;
globalThis.fetch = async (...request) => {
  if (working.getStore()?.kind !== "writer") return realFetch(...request);
  await passOrHang("writer-before-commit");
  const answering = realFetch(...request);
  pass("writer-during-commit");
  const response = await answering;
  await passOrHang("writer-after-commit");
  return response;
};

export default {
  ...bundle.default,
  async fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname !== "/__harness") return bundle.default.fetch(request, env, context);
    const { searchParams: settings } = url;
    clockOffset = Number(settings.get("clock") ?? clockOffset);
    plan.step = settings.get("step") ?? plan.step;
    plan.action = settings.get("action") ?? plan.action;
    plan.every = Number(settings.get("every") ?? plan.every);
    plan.times = Number(settings.get("times") ?? Number.POSITIVE_INFINITY);
    return new Response(String(actions));
  },
};
