/**
 * The entry module of benchmarks that need another time or count rows: the untouched bundle, with a clock that can be advanced, and a count
 * of the rows that objects write. Plain JavaScript, as workerd runs it.
 * - `GET /__bench/advance?ms=` advances the clock, runs the alarms that are due then, and returns how many
 * - `GET /__bench/cron` runs the cron trigger
 * - `GET /__bench/rows` returns the rows written so far by table; an alarm counts as a row, as Cloudflare bills it
 */
import * as bundle from "./index.js";

const { default: worker } = bundle;

const RealDate = Date;
let offset = 0;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length > 0) super(...parts);
    else super(RealDate.now() + offset);
  }
  static now() {
    return RealDate.now() + offset;
  }
};

/** Rows by table. */
const rows = {};
const count = (table, written) => {
  if (written > 0) rows[table] = (rows[table] ?? 0) + written;
};

/** The ids of the objects that were loaded, by class. */
const loaded = {};

const TABLE = /^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|DELETE\s+FROM|UPDATE)\s+"?(\w+)/i;

function countRows(storage) {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  sql.exec = (query, ...bindings) => {
    const cursor = exec(query, ...bindings);
    count(TABLE.exec(query)?.[1] ?? "other", cursor.rowsWritten);
    return cursor;
  };
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (...parts) => {
    count("alarms", 1);
    return setAlarm(...parts);
  };
}

/** Pings are answered at the real time. Those of just now are as recent when the clock was advanced. */
function shiftPings(context) {
  const timestampOf = context.getWebSocketAutoResponseTimestamp.bind(context);
  context.getWebSocketAutoResponseTimestamp = (socket) => {
    const at = timestampOf(socket);
    return at && new RealDate(at.getTime() + offset);
  };
}

const watched = (name) =>
  class extends bundle[name] {
    constructor(context, env) {
      countRows(context.storage);
      shiftPings(context);
      (loaded[name] ??= new Set()).add(context.id.toString());
      super(context, env);
    }

    /** Runs the alarm, as the platform does, if it is due. @returns whether it was */
    async runDueAlarm() {
      const at = await this.ctx.storage.getAlarm();
      if (at === null || at > Date.now()) return false;
      await this.ctx.storage.deleteAlarm();
      await this.alarm({ isRetry: false, retryCount: 0 });
      return true;
    }
  };

export const Integration = watched("Integration");
export const Subscription = watched("Subscription");
export const Writer = watched("Writer");
export const Feed = watched("Feed");

const NAMESPACES = {
  Integration: "INTEGRATIONS",
  Subscription: "SUBSCRIPTIONS",
  Writer: "WRITER_OBJECTS",
  Feed: "FEED_OBJECTS",
};

async function advance(env, ms) {
  offset += ms;
  let due = 0;
  for (const [name, ids] of Object.entries(loaded)) {
    const namespace = env[NAMESPACES[name]];
    const ran = await Promise.all([...ids].map((id) => namespace.get(namespace.idFromString(id)).runDueAlarm()));
    due += ran.filter(Boolean).length;
  }
  return due;
}

export default {
  ...worker,
  async fetch(request, env, context) {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/__bench/advance":
        return Response.json(await advance(env, Number(url.searchParams.get("ms"))));
      case "/__bench/cron":
        await worker.scheduled({ cron: "", scheduledTime: Date.now(), noRetry() {} }, env, context);
        return Response.json(null);
      case "/__bench/rows":
        return Response.json(rows);
      default:
        return worker.fetch(request, env, context);
    }
  },
};
