/**
 * `npm run bench -- feed`: 1,000 live clients of one Feed while 10 alerts a second arrive. The deployable bundle under bare workerd.
 * Measures the time from the answer to a delivery until each client has its entry, requests to Postgres, and CPU. Writes docs/benchmarks.md.
 */
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { run } from "../run.ts";
import type { ClientsInput, ClientsOutput } from "./feed-clients.ts";
import { machine, table, writeSection } from "./report.ts";
import { type System, withSystem } from "./system.ts";
import type { Service } from "./tocsin.ts";
import { usageOf } from "./usage.ts";

const LISTENERS = 1000;
/** A key may have 20 streams. */
const KEYS = LISTENERS / 20;
const ALERTS_PER_SECOND = 10;
const SECONDS = 30;
const IDLE_SECONDS = 10;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

await run(() =>
  withSystem(async (system) => {
    console.log(`Connecting ${LISTENERS} clients …`);
    const clients = await connect(system.service);
    try {
      await bench(system, clients);
    } finally {
      await clients.terminate();
    }
  }),
);

async function bench({ service, endpoint }: System, clients: Worker): Promise<void> {
  const measure = async (seconds: number, work: () => Promise<unknown>) => {
    const before = { requests: endpoint.counters().requests, ...usageOf(service.workerd.pid) };
    await work();
    const after = { requests: endpoint.counters().requests, ...usageOf(service.workerd.pid) };
    return {
      requests: (after.requests - before.requests) / seconds,
      cpu: (after.cpuSeconds - before.cpuSeconds) / seconds,
    };
  };

  console.log("Idle …");
  await sleep(3000);
  const idle = await measure(IDLE_SECONDS, () => sleep(IDLE_SECONDS * 1000));

  console.log(`${ALERTS_PER_SECOND} alerts a second …`);
  const answered = new Map<string, number>();
  const busy = await measure(SECONDS, () => send(service, answered));
  await sleep(5000);
  const received = await arrivals(clients);
  const latencies = [...answered].flatMap(([key, at]) => (received.get(key) ?? []).map((one) => one - at));
  const missing = answered.size * LISTENERS - latencies.length;
  report({ idle, busy, latencies: latencies.toSorted((a, b) => a - b), missing });
}

/** Connects the clients, in a thread. */
async function connect(service: Service): Promise<Worker> {
  const keys: string[] = [];
  for (let number = 0; number < KEYS; number++) {
    const body = { name: `listener ${number}`, scopes: ["alerts:read"] };
    keys.push((await service.api<{ key: string }>("POST", "/v1/api-keys", body)).key);
  }
  const url = `ws://127.0.0.1:${service.port}/v1/timeline/stream`;
  const workerData: ClientsInput = { url, keys, clientsPerKey: LISTENERS / KEYS };
  const clients = new Worker(new URL("feed-clients.ts", import.meta.url), { workerData });
  await once(clients, "message");
  return clients;
}

/** The times at which clients received the entry of each alert key, in ms since the epoch. */
async function arrivals(clients: Worker): Promise<Map<string, number[]>> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  clients.postMessage("arrivals");
  const [output] = (await once(clients, "message")) as [Exclude<ClientsOutput, string>];
  return output.arrivals;
}

/** Sends alerts at a fixed rate. @param answered the time of each answer, by alert key */
async function send(service: Service, answered: Map<string, number>): Promise<void> {
  const { ingestUrl, secret } = await service.api<{ ingestUrl: string; secret: string }>("POST", "/v1/integrations", {
    name: "bench",
    provider: "generic",
  });
  const url = `http://127.0.0.1:${service.port}${new URL(ingestUrl).pathname}`;
  const startedAt = performance.now();
  const answers: Promise<void>[] = [];
  for (let number = 0; number < ALERTS_PER_SECOND * SECONDS; number++) {
    await sleep(Math.max(0, startedAt + (number * 1000) / ALERTS_PER_SECOND - performance.now()));
    const key = `k${number}`;
    const body = JSON.stringify({
      id: key,
      title: `Disk full on db-${number}`,
      text: randomBytes(400).toString("hex"),
    });
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-webhook-signature": `sha256=${signature}` };
    answers.push(
      fetch(url, { method: "POST", headers, body }).then(async (response) => {
        await response.arrayBuffer();
        if (response.status !== 202) throw new Error(`the answer is ${response.status}`);
        answered.set(key, performance.timeOrigin + performance.now());
      }),
    );
  }
  await Promise.all(answers);
}

interface Load {
  /** Requests to Postgres in a second. */
  requests: number;
  /** Seconds of CPU of workerd in a second. */
  cpu: number;
}

function report(result: { idle: Load; busy: Load; latencies: readonly number[]; missing: number }): void {
  const { idle, busy, latencies, missing } = result;
  const at = (share: number) => String(Math.round(latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN));
  const rows = [
    ["idle", "", "", "", idle.requests.toFixed(1), idle.cpu.toFixed(2)],
    [
      `${ALERTS_PER_SECOND} alerts a second`,
      at(0.5),
      at(0.99),
      String(missing),
      busy.requests.toFixed(1),
      busy.cpu.toFixed(2),
    ],
  ];
  const head = ["load", "p50 (ms)", "p99 (ms)", "entries missing", "requests to Postgres/s", "CPU (s/s)"];
  const text = [
    `${LISTENERS.toLocaleString("en")} WebSockets of one Feed, no filter. Latency: from the answer to a delivery until a client has its entry, over ` +
      `all clients. The requests to Postgres include those that write the alerts. CPU: of workerd, which also ingests. The clients run on the same machine.`,
    table(head, rows),
    machine(),
  ].join("\n\n");
  console.log(`\n${table(head, rows)}\n`);
  writeSection("Live clients", text);
}
