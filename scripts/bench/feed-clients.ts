/** The live clients of `npm run bench -- feed`, in a thread of their own: the endpoint of the database runs in the main thread. */
import { parentPort, workerData } from "node:worker_threads";

/** What the main thread gives. */
export interface ClientsInput {
  url: string;
  keys: readonly string[];
  clientsPerKey: number;
}

/** First `connected`, then the answer to each message: when each client received the entry of an alert key, in ms since the epoch. */
export type ClientsOutput = "connected" | { arrivals: Map<string, number[]> };

const { url, keys, clientsPerKey } = workerData as ClientsInput;
const arrivals = new Map<string, number[]>();

/** Opens a WebSocket, and waits for its first position. Node's WebSocket takes headers. */
async function open(key: string): Promise<void> {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } } as unknown as string[]);
  setInterval(() => socket.send("ping"), 15_000);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener("close", ({ code }) => reject(new Error(`a client was disconnected: ${code}`)));
  socket.addEventListener("message", ({ data }) => {
    resolve();
    const now = performance.timeOrigin + performance.now();
    for (const [, alertKey = ""] of String(data).matchAll(/"alertKey":"(k\d+)"/g)) {
      const times = arrivals.get(alertKey);
      if (times) times.push(now);
      else arrivals.set(alertKey, [now]);
    }
  });
  await promise;
}

for (const key of keys) for (let client = 0; client < clientsPerKey; client++) await open(key);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage("connected" satisfies ClientsOutput);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.on("message", () => parentPort?.postMessage({ arrivals } satisfies ClientsOutput));
