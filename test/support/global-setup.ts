import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { migrateEmbedded } from "../../scripts/database.ts";
import * as errors from "../../scripts/neon/errors.ts";
import { type Backend, pgliteBackend, serveNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { serveSubscriber } from "../../scripts/lib/subscriber.ts";
import type { DATABASE_FAILURES, DatabaseMode } from "./database-modes.ts";

export type { DatabaseMode };

declare module "vitest" {
  interface ProvidedContext {
    bindings: Record<string, string>;
    /** POST a DatabaseMode here. GET answers the number of requests to the database. */
    databaseControlUrl: string;
    /** See subscriber.ts. */
    subscriberUrl: string;
  }
}

const FAILURES: Record<(typeof DATABASE_FAILURES)[number], errors.ProxyError> = {
  down: errors.connectFailed(null),
  "quota-exhausted": errors.quotaExhausted(),
  "rate-limited": errors.tooManyConnections(),
  "rate-limited-by-gateway": errors.tooManyRequests(),
  "out-of-connections": errors.connectionSlotsReserved(),
  "permit-refused": errors.permitRefused(),
  "control-plane-failed": errors.controlPlaneFailed(),
  "connection-lost": errors.queryFailed(null),
  cancelled: errors.cancelled(),
  "wrong-password": errors.passwordFailed("tocsin"),
};

const DATABASE_URL = "postgresql://tocsin:test@db.localtest.me/tocsin";

/** Starts an in-memory database with the Neon endpoint, and a server that switches its faults. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const pglite = await pgliteBackend();
  await migrateEmbedded(pglite.pglite);
  let isAnswerLost = false;
  const answer = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    if (isAnswerLost) throw new Error("the answer is lost");
    return result;
  };
  const backend: Backend = {
    ...pglite,
    query: (...args) => answer(pglite.query(...args)),
    transaction: (...args) => answer(pglite.transaction(...args)),
  };
  // No limits on the rate: on a fast machine, the tests together send more requests than Neon accepts.
  const endpoint = await serveNeonEndpoint(backend, DATABASE_URL, { burst: Infinity, maxConnections: Infinity });
  const set = (mode: DatabaseMode): void => {
    isAnswerLost = mode === "answer-lost";
    endpoint.fail(mode === "up" || mode === "answer-lost" ? null : FAILURES[mode]);
  };

  const control = createServer((request, response) => {
    void (async () => {
      if (request.method === "GET") {
        response.end(String(endpoint.counters().requests));
        return;
      }
      let body = "";
      for await (const chunk of request) body += String(chunk);
      set(body as DatabaseMode);
      response.end();
    })();
  });
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));

  const subscriber = await serveSubscriber();
  project.provide("subscriberUrl", subscriber.url);
  project.provide("databaseControlUrl", `http://127.0.0.1:${(control.address() as AddressInfo).port}`);
  project.provide("bindings", {
    DATABASE_URL,
    NEON_ENDPOINT: endpoint.url,
    ROOT_API_KEY: "root-key-of-the-tests",
    AUTH_SECRET: "auth-secret-of-the-tests",
    INGEST_TAG_KEYS: "new-tag-key-of-the-tests,old-tag-key-of-the-tests",
    INSECURE_ENDPOINTS: "yes",
    PUBLIC_URL: "https://console.test",
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString("base64")},old:${Buffer.alloc(32, 8).toString("base64")}`,
  });
  return async () => {
    control.close();
    await subscriber.close();
    await endpoint.close();
    await backend.close();
  };
}
