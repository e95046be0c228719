/**
 * The cost of the platform itself: a Worker that does as little as possible with a delivery, step by step. KIND is the step.
 * Plain JavaScript, as workerd runs it.
 */
import { DurableObject } from "cloudflare:workers";

export class Floor extends DurableObject {
  constructor(state, env) {
    super(state, env);
    state.storage.sql.exec("CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, body BLOB)");
  }

  nothing() {}

  insert(body) {
    this.ctx.storage.sql.exec("INSERT INTO bodies (body) VALUES (?)", body);
  }
}

const KINDS = {
  /** Answers. */
  empty: async () => {},

  /** Reads the body and verifies its signature. */
  hmac: async (request, env) => {
    const body = await request.arrayBuffer();
    const signature = Uint8Array.fromHex(request.headers.get("x-webhook-signature"));
    const isGood = await crypto.subtle.verify("HMAC", await keyOf(env), signature, body);
    if (!isGood) throw new Error("the signature does not match");
  },

  /** Reads the body and calls an object that does nothing. */
  object: async (request, env) => {
    await request.arrayBuffer();
    await env.FLOORS.getByName("one").nothing();
  },

  /** Reads the body and calls an object that inserts it. */
  insert: async (request, env) => {
    await env.FLOORS.getByName("one").insert(await request.arrayBuffer());
  },

  /** The same with one of sixteen objects. */
  insert16: async (request, env) => {
    const object = env.FLOORS.getByName(String(Math.floor(Math.random() * 16)));
    await object.insert(await request.arrayBuffer());
  },
};

let key;
const keyOf = (env) =>
  (key ??= crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(env.SECRET),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  ));

export default {
  async fetch(request, env) {
    if (request.method === "POST") await KINDS[env.KIND](request, env);
    return new Response('{"status":"accepted"}', { status: 202, headers: { "content-type": "application/json" } });
  },
};
