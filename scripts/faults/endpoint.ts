/** A proxy before the database endpoint that fails in every way that a network can. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ProxyError, tooManyConnections, tooManyRequests } from "../neon/errors.ts";

/** The way in which a request fails. */
export type Mode =
  | "pass"
  /** The connection is reset before anything is done. */
  | "refuse"
  /** Of three requests, one passes. Neon's proxy refuses one, and a gateway before it the other. */
  | "rate-limited"
  /** 200 with an invalid body, of several kinds in turn. */
  | "garbage"
  /** It is executed, and the connection reset before the reply. */
  | "cut-after-commit"
  /** It is executed after the sender's timeout, and after later requests. */
  | "late";

export interface FaultyEndpoint {
  url: string;
  set(mode: Mode): void;
  /** Number of requests that the current fault affected. */
  faults(): number;
  /** Waits for the late requests. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than a Writer waits for Postgres. */
const LATE_MS = 18_000;

/** Number of late requests in a row: their retries must succeed before them. */
const LATE_OF = 3;

const REFUSALS: readonly (ProxyError | null)[] = [tooManyConnections(), tooManyRequests(), null];

const GARBAGE = ["<html>Bad gateway</html>", '{"results": [{"rows"', "{}", '{"results": "none"}', ""];

/** Serves the endpoint at `target` with faults. */
export async function serveFaultyEndpoint(target: string): Promise<FaultyEndpoint> {
  let mode: Mode = "pass";
  let faults = 0;
  const late = new Set<Promise<unknown>>();

  const forward = (request: IncomingMessage, body: string, signal?: AbortSignal): Promise<Response> => {
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers as Record<string, string>;
    return fetch(target, { method: "POST", headers, body, ...(signal && { signal }) });
  };
  const pass = async (request: IncomingMessage, response: ServerResponse, body: string): Promise<void> => {
    // Neon cancels the query of a client that goes away.
    const client = new AbortController();
    response.once("close", () => client.abort());
    const reply = await forward(request, body, client.signal);
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(Buffer.from(await reply.arrayBuffer()));
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(request);
    const isFlush = body.includes("insert into webhook_deliveries");
    // Only writes are late: a late read changes nothing.
    const met = mode === "late" && (!isFlush || faults >= LATE_OF) ? "pass" : mode;
    if (met !== "pass") faults++;
    switch (met) {
      case "refuse":
        return void request.socket.destroy();
      case "rate-limited": {
        const refusal = REFUSALS[faults % REFUSALS.length];
        return refusal ? refuse(response, refusal) : pass(request, response, body);
      }
      case "garbage":
        return void response
          .writeHead(200, { "content-type": "application/json" })
          .end(GARBAGE[faults % GARBAGE.length]);
      case "cut-after-commit":
        await (await forward(request, body)).arrayBuffer();
        return void request.socket.destroy();
      case "late": {
        const work = wait(LATE_MS)
          .then(() => forward(request, body))
          .then((reply) => reply.text());
        late.add(work);
        return void work.catch(() => {}).finally(() => request.socket.destroy());
      }
      case "pass":
        return pass(request, response, body);
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`,
    set(next) {
      mode = next;
      faults = 0;
    },
    faults: () => faults,
    async settled() {
      await Promise.allSettled(late);
      late.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const refuse = (response: ServerResponse, { status, body }: ProxyError): void =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
