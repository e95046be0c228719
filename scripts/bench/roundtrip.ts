/**
 * `npm run bench -- roundtrip`: how many round trips to the integration's object a delivery waits for. The deployable bundle under bare
 * workerd: one Worker has the objects, another one is the edge, and each of its calls to an object takes 150 ms longer. A source that
 * sends once a minute meets an isolate that does not know its integration. Writes docs/benchmarks.md.
 */
import { createHmac } from "node:crypto";
import path from "node:path";
import { machine, median, table, writeSection } from "./report.ts";
import { type Base, withDatabase } from "./system.ts";
import { freePort } from "../lib/postgres.ts";
import { apiOf, type CallApi, objectBindings, serviceSettings } from "../lib/service.ts";
import { run } from "../run.ts";
import { startWorkerd } from "../workerd.ts";

const DELAY_MS = 150;

/** Integrations in each case. */
const COUNT = 30;

interface Target {
  id: string;
  path: string;
  secret: string;
}

await run(() =>
  withDatabase(async (base) => {
    const service = await start(base);
    try {
      report(await bench(service));
    } finally {
      await service.stop();
    }
  }),
);

interface Service {
  api: CallApi;
  edge: string;
  stop(): Promise<void>;
}

async function start({ directory, bundle, database }: Base): Promise<Service> {
  const ports = { edge: await freePort(), objects: await freePort() };
  const text = { ...serviceSettings(), ...database, DELAY_MS: String(DELAY_MS) };
  const edgeModule = path.join(import.meta.dirname, "roundtrip-edge.js");
  const workerd = await startWorkerd(directory, [
    { name: "objects", port: ports.objects, modules: { "index.js": bundle }, text, objects: objectBindings() },
    {
      name: "edge",
      port: ports.edge,
      modules: { "roundtrip-edge.js": edgeModule, "index.js": bundle },
      text,
      objects: objectBindings("objects"),
    },
  ]);
  return {
    edge: `http://127.0.0.1:${ports.edge}`,
    api: apiOf(ports.objects, text.ROOT_API_KEY),
    stop: () => workerd.kill(),
  };
}

interface Result {
  name: string;
  /** Times to the answer, in ms. */
  times: number[];
  callsPerDelivery: number;
}

async function bench({ api, edge }: Service): Promise<Result[]> {
  const calls = async () => Number(await (await fetch(`${edge}/__calls`)).text());

  const newTargets = async (settings: object = {}): Promise<Target[]> => {
    const targets: Target[] = [];
    for (let number = 0; number < COUNT; number++) {
      const { id, secret, ingestUrl } = await api<{ id: string; secret: string; ingestUrl: string }>(
        "POST",
        "/v1/integrations",
        { name: "bench", provider: "generic", ...settings },
      );
      targets.push({ id, secret, path: new URL(ingestUrl).pathname });
    }
    return targets;
  };

  let number = 0;
  const send = async ({ path: route, secret }: Target, status: number): Promise<number> => {
    const body = JSON.stringify({ title: `Disk full on db-${number++}` });
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const startedAt = performance.now();
    const response = await fetch(edge + route, {
      method: "POST",
      headers: { "content-type": "application/json", "x-webhook-signature": `sha256=${signature}` },
      body,
    });
    await response.arrayBuffer();
    if (response.status !== status) throw new Error(`the answer is ${response.status}, not ${status}`);
    return performance.now() - startedAt;
  };

  /** Sends one delivery to each target, one after the other. */
  const measure = async (name: string, targets: readonly Target[], status = 202): Promise<Result> => {
    const before = await calls();
    const times: number[] = [];
    for (const target of targets) times.push(await send(target, status));
    return { name, times, callsPerDelivery: ((await calls()) - before) / targets.length };
  };
  const wrong = (targets: readonly Target[]) => targets.map((target) => ({ ...target, secret: "a wrong guess" }));

  const targets = await newTargets();
  const results = [
    await measure("first delivery of an isolate", targets),
    await measure("further deliveries", targets),
    await measure("first delivery of an isolate, wrongly signed", wrong(await newTargets()), 401),
    await measure("first delivery of an isolate, four shards", await newTargets({ shards: 4 })),
  ];
  const rotated: Target[] = [];
  for (const target of targets) {
    const route = `/v1/integrations/${target.id}/rotate-secret`;
    rotated.push({ ...target, ...(await api<{ secret: string }>("POST", route, { overlapMinutes: 0 })) });
  }
  await new Promise((resolve) => setTimeout(resolve, 1100));
  results.push(await measure("an old config, and a new secret", rotated));
  return results;
}

function report(results: readonly Result[]): void {
  const text = `\`npm run bench -- roundtrip\` adds ${DELAY_MS} ms to each call from the edge to an integration's object, and sends one delivery to each of ${COUNT} integrations,
one after the other. A source that sends once a minute usually meets an isolate that does not know its integration: the first case.

${machine()}

${table(
  ["", "p50, ms", "round trips", "calls for each delivery"],
  results.map(({ name, times, callsPerDelivery }) => [
    name,
    median(times).toFixed(0),
    (median(times) / DELAY_MS).toFixed(2),
    callsPerDelivery.toFixed(2),
  ]),
)}`;
  console.log(text);
  writeSection("Round trips", text);
}
