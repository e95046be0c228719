/** Builds the modules of an object and connects them. Holds no state and no rules. */
import { findAlerts } from "../../db/alerts.ts";
import { withConnection } from "../../db/client.ts";
import type { Chunk } from "../../db/chunk.ts";
import { findIntegration } from "../../db/integrations.ts";
import { LONG_CALL_LIMITS } from "../shared/call.ts";
import { callWriter } from "../writer/client.ts";
import { notifyReader } from "../writer/notify-reader.ts";
import { Acceptor } from "./accept.ts";
import { AlertExpiry } from "./expire-alerts.ts";
import { AutoResolve } from "./auto-resolve.ts";
import { callObject } from "./client.ts";
import { toConfig } from "./config-of-row.ts";
import { Debts } from "./debts.ts";
import { ExpectedConfig } from "./expected-config.ts";
import { Flusher } from "./flush.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Purge } from "./purge.ts";
import { Quarantine } from "./quarantine.ts";
import { Rejector } from "./reject.ts";
import { Reporter } from "./report.ts";
import type { IntegrationConfig } from "./rpc.ts";
import { FirstShardFollower, objectName, parseObjectName, Rebalancer } from "./shards/index.ts";
import { AlertUpdates } from "./alert-updates.ts";
import { Store } from "./store/index.ts";
import { WriterCalls } from "./writer-calls.ts";

export type Modules = ReturnType<typeof createModules>;

/** The functions of their object that the modules need. */
export interface ObjectActions {
  /** Called synchronously after rows were written. */
  flushSoon(): void;
  /** Sets the alarm, in the transaction of the caller. @param time Unix ms */
  wakeAt(time: number): void;
  /** Applies a config, unless the object has this version or a newer one. */
  configure(config: IntegrationConfig): void;
  /** Reads a config from Postgres soon. */
  expectConfig(version: number): void;
}

export function createModules(
  state: DurableObjectState,
  env: Env,
  { flushSoon, wakeAt, configure, expectConfig }: ObjectActions,
) {
  const name = state.id.name ?? "";
  const store = new Store(state.storage);
  const self = parseObjectName(name);
  const refreshConfig = async (): Promise<void> => {
    const { integrationId, shard } = self;
    const row = await withConnection(env, (db) => findIntegration(db, integrationId, "also deleted"));
    if (!row || shard >= row.mostShards || row.version <= (store.config?.version ?? 0)) return;
    const config = toConfig(row);
    // The first shard must not be behind: the others ask it for their config.
    if (shard > 0) await callObject(env, objectName(integrationId, 0), (first) => first.configure(config));
    configure({ ...config, shard });
  };
  const expectedConfig = new ExpectedConfig(state.storage.kv, { objectName: name, refresh: refreshConfig });
  const quarantine = new Quarantine(store);
  const debts = new Debts(store, { notify: (reader, xid) => notifyReader(env, reader, xid), wakeAt });
  const callOwnWriter = (writer: number, chunks: readonly Chunk[], isUrgent: boolean) => {
    const report = reporter.report(Date.now());
    const request = { integrationId: report.integrationId, chunks, isUrgent, report };
    return callWriter(env, writer, (target) => target.write(request));
  };
  const writers = new WriterCalls(callOwnWriter, name, Number(env.WRITERS));
  const flusher = new Flusher({
    integrationId: () => store.config?.id,
    nextChunks: (maxBytes) => store.outbox.nextChunks(maxBytes),
    bytes: () => store.outbox.bytes,
    write: (chunks, isUrgent) => writers.write(chunks, isUrgent),
    remove: (chunks, written) =>
      store.atomically(() => {
        debts.add(written, Date.now());
        store.outbox.remove(chunks);
      }),
    quarantine: (chunk, rejected, written, now) =>
      store.atomically(() => {
        for (const part of written) debts.add(part, now);
        quarantine.add(chunk, rejected, now);
        store.outbox.remove([chunk]);
      }),
  });
  const autoResolve = new AutoResolve(store);
  const expiry = new AlertExpiry(store);
  const heartbeat = new Heartbeat(store, (integrationId) => {
    const ping = callObject(env, objectName(integrationId, 0), (object) => object.pingHeartbeat());
    // The call has logged its error, and the next delivery pings again.
    state.waitUntil(ping.catch(() => undefined));
  });
  const reporter: Reporter = new Reporter({ object: name, store, quarantine, heartbeat, flusher }, () =>
    writers.write([], false),
  );
  return {
    store,
    quarantine,
    debts,
    reporter,
    flusher,
    autoResolve,
    expiry,
    heartbeat,
    acceptor: new Acceptor(store, heartbeat, autoResolve, new Purge(store), flushSoon),
    rejector: new Rejector(store, { flushSoon, isConfigExpected: () => expectedConfig.isExpected }),
    alertUpdates: new AlertUpdates(store, {
      flusher,
      onMissEnded: (ref, status, now) => heartbeat.onMissEnded(ref, status, now),
      loadAlerts: (ids) => withConnection(env, (db) => findAlerts(db, ids)),
      flushSoon,
    }),
    expectedConfig,
    follower: new FirstShardFollower(store, self, {
      call: (other, call) => callObject(env, other, call),
      configure,
      expect: expectConfig,
    }),
    rebalancer: new Rebalancer(store, {
      call: (other, call) => callObject(env, other, call, { limits: LONG_CALL_LIMITS }),
      waitUntil: (promise) => state.waitUntil(promise),
      onRebalanced: flushSoon,
    }),
  };
}
