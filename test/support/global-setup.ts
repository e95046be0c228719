import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { migrateEmbedded } from "../../scripts/database.ts";
import { type Backend, pgliteBackend, serveNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { serveSubscriber } from "../../scripts/lib/subscriber.ts";

/** `answer-lost`: the database commits, and its reply is lost. */
export type DatabaseMode = "up" | "down" | "answer-lost";

declare module "vitest" {
  interface ProvidedContext {
    bindings: Record<string, string>;
    /** POST a DatabaseMode here. GET answers the number of requests to the database. */
    databaseControlUrl: string;
    /** See subscriber.ts. */
    subscriberUrl: string;
  }
}

const DATABASE_URL = "postgresql://tocsin:test@db.localtest.me/tocsin";

/** Starts an in-memory database with the Neon endpoint, and a server that switches its faults. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const pglite = await pgliteBackend();
  await migrateEmbedded(pglite.pglite);
  let mode: DatabaseMode = "up";
  let requests = 0;
  const faulty = async <T>(work: () => Promise<T>): Promise<T> => {
    requests++;
    if (mode === "down") throw new Error("the database is down");
    const result = await work();
    if (mode === "answer-lost") throw new Error("the answer is lost");
    return result;
  };
  const backend: Backend = {
    query: (query) => faulty(() => pglite.query(query)),
    transaction: (queries, options) => faulty(() => pglite.transaction(queries, options)),
    close: () => pglite.close(),
  };
  const endpoint = await serveNeonEndpoint(backend, DATABASE_URL);

  const control = createServer((request, response) => {
    void (async () => {
      if (request.method === "GET") {
        response.end(String(requests));
        return;
      }
      let body = "";
      for await (const chunk of request) body += String(chunk);
      mode = body as DatabaseMode;
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
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString("base64")},old:${Buffer.alloc(32, 8).toString("base64")}`,
  });
  return async () => {
    control.close();
    await subscriber.close();
    await endpoint.close();
    await backend.close();
  };
}
