/**
 * The entry module of the edge for `npm run bench -- roundtrip`: the untouched bundle, with DELAY_MS added to each call of an
 * integration's object. `GET /__calls` returns the number of calls so far. Plain JavaScript, as workerd runs it.
 */
import * as bundle from "./index.js";

const { default: worker } = bundle;

export const { Integration, Subscription, Writer, Feed } = bundle;

let calls = 0;

/** An object whose calls take longer: half of the delay on the way there, half on the way back. */
const distant = (object, delayMs) =>
  new Proxy(object, {
    get: (_, method) =>
      method === "then"
        ? undefined
        : async (...args) => {
            calls++;
            await scheduler.wait(delayMs / 2);
            const reply = await object[method](...args);
            await scheduler.wait(delayMs / 2);
            return reply;
          },
  });

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === "/__calls") return new Response(String(calls));
    const INTEGRATIONS = { getByName: (name) => distant(env.INTEGRATIONS.getByName(name), Number(env.DELAY_MS)) };
    return worker.fetch(request, { ...env, INTEGRATIONS }, context);
  },
};
