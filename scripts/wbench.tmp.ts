import { mkdtempSync, rmSync } from "node:fs"; import { tmpdir } from "node:os"; import path from "node:path"; import pg from "pg"; import { createHmac } from "node:crypto";
import { startPostgres } from "./lib/postgres.ts"; import { wrk, writeRequests, delivery } from "./bench/load.ts"; import { startTocsin, type Integration } from "./bench/tocsin.ts"; import { usageOf } from "./bench/usage.ts";
import { migratePostgres } from "./database.ts"; import { postgresBackend, serveNeonEndpoint } from "./neon-endpoint.ts"; import { buildBundle } from "./workerd.ts";
const dir = mkdtempSync(path.join(tmpdir(), "wbench-"));
const postgres = await startPostgres({ isDurable: true });
const stops: (() => Promise<unknown>)[] = [() => postgres.stop()];
try {
  const bundle = buildBundle(path.join(dir, "bundle"));
  await migratePostgres(postgres.url);
  const databaseUrl = "postgresql://tocsin:bench@db.localtest.me/tocsin";
  const backend = postgresBackend(postgres.url);
  let requests = 0; const kinds: Record<string, number> = {};
  const sizes: number[] = []; const times: number[] = [];
  const counted = { ...backend,
    query: async (q: any) => { requests++; const k = q.query.trim().slice(0, 30); kinds[k] = (kinds[k] ?? 0) + 1; const t = performance.now(); try { return await backend.query(q); } finally { if (k.startsWith("with chunks")) { times.push(performance.now() - t); sizes.push(q.params[0].length + q.params[1].length); } } },
    transaction: (qs: any, o: any) => { requests++; const k = "tx " + qs[0].query.trim().slice(0, 40); kinds[k] = (kinds[k] ?? 0) + 1; return backend.transaction(qs, o); } };
  const endpoint = await serveNeonEndpoint(counted as any, databaseUrl); stops.push(() => endpoint.close());
  const service = await startTocsin(path.join(dir, "tocsin"), bundle, { DATABASE_URL: databaseUrl, NEON_ENDPOINT: endpoint.url }); stops.push(async () => service.workerd.kill());
  const sql = new pg.Client(postgres.url); await sql.connect(); stops.push(() => sql.end());
  const stored = async () => Number((await sql.query("select count(*) from webhook_deliveries")).rows[0].count);
  const send = async (i: Integration, series: string, n: number) => { const body = delivery(series, n, true); const r = await fetch(`http://127.0.0.1:${service.port}${i.path}`, { method: "POST", headers: { "content-type": "application/json", "x-webhook-signature": createHmac("sha256", i.secret).update(body).digest("hex") }, body }); if (r.status !== 202) throw new Error(String(r.status) + await r.text()); await r.text(); };
  const reset = () => { requests = 0; for (const k of Object.keys(kinds)) delete kinds[k]; sizes.length = 0; times.length = 0; };
  const sum = (a: number[]) => a.reduce((x, y) => x + y, 0); const med = (a: number[]) => a.toSorted((x, y) => x - y)[a.length >> 1] ?? 0;
  const paced = async (name: string, targets: Integration[], perSecond: number, seconds: number) => {
    await new Promise((r) => setTimeout(r, 1500)); reset(); const before = await stored(); const cpu = usageOf(service.workerd.pid).cpuSeconds, pcpu = usageOf(postgres.pid()).cpuSeconds; const t0 = performance.now(); const all: Promise<void>[] = [];
    for (let n = 0; n < perSecond * seconds; n++) { const at = t0 + n * 1000 / perSecond; const d = at - performance.now(); if (d > 0) await new Promise((r) => setTimeout(r, d)); all.push(send(targets[n % targets.length]!, name + t0, n)); }
    await Promise.all(all); const end = performance.now(); while (await stored() < before + all.length) await new Promise((r) => setTimeout(r, 20));
    await new Promise((r) => setTimeout(r, 1000));
    const s = (end - t0) / 1000; const cpuOf = (usageOf(service.workerd.pid).cpuSeconds - cpu) / all.length * 1000, pOf = (usageOf(postgres.pid()).cpuSeconds - pcpu) / all.length * 1000;
    console.log(name, { seconds: s.toFixed(1), requestsPerSecond: (requests / s).toFixed(2), writes: sizes.length, medWriteMs: med(times).toFixed(1), cpuPer1000: cpuOf.toFixed(2), pgCpuPer1000: pOf.toFixed(2), kinds: { ...kinds } });
  };
  const storm = async (name: string, targets: Integration[], seconds: number) => {
    const file = path.join(dir, name); writeRequests(file, seconds * 4000, targets, name + Date.now()); await new Promise((r) => setTimeout(r, 1500)); reset(); const before = await stored();
    const lag: string[] = []; const t0 = performance.now();
    const timer = setInterval(() => void stored().then((n) => lag.push(String(n - before))), 1000);
    const cpu = usageOf(service.workerd.pid).cpuSeconds;
    const seen = await wrk(service.port, file, seconds, 64); clearInterval(timer); const atEnd = (await stored()) - before; const end = performance.now();
    const c = (usageOf(service.workerd.pid).cpuSeconds - cpu) / seen.requests * 1e6;
    while (await stored() < before + seen.requests - seen.notSuccessful) { if (performance.now() - end > 60_000) { console.log("never", await stored() - before, seen.requests); break; } await new Promise((r) => setTimeout(r, 20)); }
    console.log(name, { perSecond: Math.round(seen.requests / seen.microseconds * 1e6), bad: seen.notSuccessful, p99: seen.p99 / 1000, storedAtEnd: (atEnd / seen.requests).toFixed(3), drainMs: Math.round(performance.now() - end), cpuUs: Math.round(c), writes: sizes.length, medBytes: med(sizes), maxBytes: Math.max(...sizes), medMs: med(times).toFixed(0), lag: lag.join(" ") });
  };
  const one = await service.integration(); const sixteen = await Promise.all(Array.from({ length: 16 }, () => service.integration()));
  await send(one, "warm", 1); for (const i of sixteen) await send(i, "warm", 1);
  for (const what of process.argv.slice(2)) {
    if (what === "ten") await paced("ten", [one], 10, 15);
    if (what === "fifty") await paced("fifty", [one], 50, 15);
    if (what === "fifty16") await paced("fifty16", sixteen, 50, 15);
    if (what === "storm") await storm("storm", [one], 10);
    if (what === "storm16") await storm("storm16", sixteen, 10);
  }
} finally { for (const stop of stops.toReversed()) await stop(); rmSync(dir, { recursive: true, force: true }); process.exit(0); }
