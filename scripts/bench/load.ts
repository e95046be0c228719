/** Load for the benchmark: distinct signed Alertmanager deliveries, sent by wrk. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { Failure } from "../run.ts";

/** An integration to send to. */
export interface Target {
  path: string;
  secret: string;
}

/** Results of wrk. Latencies in microseconds. */
export interface Run {
  requests: number;
  microseconds: number;
  notSuccessful: number;
  socketErrors: number;
  p50: number;
  p99: number;
}

/** An alert is resolved this many deliveries after it fired. */
const RESOLVED_AFTER = 1000;

/** Number of deliveries that are written to a file at a time. */
const CHUNK = 2000;

/**
 * Writes requests to a file for replay.lua: to each target in turn, half of them firing and half of them resolved alerts.
 * @param series makes the alerts of this file unique
 * @param options.isWronglySigned whether every signature is wrong
 * @param options.isRepeated whether all requests are the same
 * @param options.resolvedAfter an alert is resolved this many deliveries after it fired; Infinity: each delivery opens an alert
 */
export function writeRequests(
  file: string,
  count: number,
  targets: readonly Target[],
  series: string,
  options: { isWronglySigned?: boolean; isRepeated?: boolean; resolvedAfter?: number } = {},
): void {
  const output = openSync(file, "w");
  try {
    for (let first = 0; first < count; first += CHUNK) {
      const requests: Buffer[] = [];
      for (let number = first; number < Math.min(count, first + CHUNK); number++) {
        const alert = alertOf(number, options.resolvedAfter);
        const target = targets[alert % targets.length];
        if (!target) throw new Error("no target");
        const body = delivery(series, options.isRepeated ? 0 : number, options.resolvedAfter);
        const secret = options.isWronglySigned ? `not ${target.secret}` : target.secret;
        requests.push(request(target.path, body, sign(body, secret)));
      }
      writeSync(output, Buffer.concat(requests));
    }
  } finally {
    closeSync(output);
  }
}

/** The value of the signature header. */
export const sign = (body: string, secret: string): string => createHmac("sha256", secret).update(body).digest("hex");

function request(route: string, body: string, signature: string): Buffer {
  const text =
    `POST ${route} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Alertmanager/0.28.1\r\nContent-Type: application/json\r\n` +
    `X-Webhook-Signature: ${signature}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  return Buffer.from(String(Buffer.byteLength(text)).padStart(8, "0") + text);
}

/** The number of the alert of a delivery: the end of an alert has that of the delivery that opened it. */
export const alertOf = (number: number, resolvedAfter = RESOLVED_AFTER): number =>
  isEnd(number, resolvedAfter) ? number - resolvedAfter : number;

const isEnd = (number: number, resolvedAfter: number): boolean => Math.floor(number / resolvedAfter) % 2 === 1;

/** The body of a delivery, about 1.5 kB: a firing alert, or the end of one that fired `resolvedAfter` deliveries before. */
export function delivery(series: string, number: number, resolvedAfter = RESOLVED_AFTER): string {
  const isResolved = isEnd(number, resolvedAfter);
  const alert = alertOf(number, resolvedAfter);
  const startsAt = new Date(Date.UTC(2026, 9, 1) + alert).toISOString();
  const instance = `web-${alert}.${series}.eu-central-1.example.com:9100`;
  const labels = {
    alertname: "HighRequestLatency",
    cluster: "production-eu-central-1",
    environment: "production",
    instance,
    job: "checkout-frontend",
    namespace: "checkout",
    pod: `checkout-frontend-6d4cf56db6-${alert}`,
    severity: ["critical", "warning", "info"][alert % 3],
    team: "payments",
  };
  const annotations = {
    summary: `Requests to ${instance} are slow`,
    description: `The 99th percentile of request durations on ${instance} has been above 500 ms for 10 minutes (now 0.${alert % 1000} s).`,
    runbook_url: "https://runbooks.example.com/checkout/high-request-latency",
    dashboard: "https://grafana.example.com/d/checkout/overview?orgId=1&var-cluster=production-eu-central-1",
  };
  return JSON.stringify({
    version: "4",
    groupKey: `{}/{team="payments"}:{alertname="HighRequestLatency", instance="${instance}"}`,
    truncatedAlerts: 0,
    status: isResolved ? "resolved" : "firing",
    receiver: "tocsin",
    groupLabels: { alertname: labels.alertname, instance },
    commonLabels: { alertname: labels.alertname, severity: labels.severity },
    commonAnnotations: {},
    externalURL: "http://alertmanager.example.com:9093",
    alerts: [
      {
        status: isResolved ? "resolved" : "firing",
        labels,
        annotations,
        startsAt,
        endsAt: isResolved ? new Date(Date.parse(startsAt) + 600_000).toISOString() : "0001-01-01T00:00:00Z",
        generatorURL: `http://prometheus.example.com:9090/graph?g0.expr=job%3Arequest_latency_seconds%3Ap99+%3E+0.5&g0.tab=1`,
        fingerprint: `${series}${alert.toString(16).padStart(8, "0")}`,
      },
    ],
  });
}

/**
 * Sends the requests of a file over several connections for some seconds: as fast as they are answered, or with a pause after each reply.
 */
export async function wrk(
  port: number,
  requests: string,
  seconds: number,
  connections: number,
  pauseMs?: number,
): Promise<Run> {
  const script = path.join(import.meta.dirname, "replay.lua");
  const child = spawn(
    "wrk",
    ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout=10s", "-s", script, `http://127.0.0.1:${port}/`],
    {
      env: { ...process.env, REQUESTS: requests, ...(pauseMs !== undefined && { DELAY_MS: String(pauseMs) }) },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", resolve);
  });
  if (code instanceof Error)
    throw new Failure("This needs wrk, a load generator: apt-get install wrk, or brew install wrk.");
  const line = output.split("\n").find((text) => text.startsWith('{"requests"'));
  if (code !== 0 || line === undefined) throw new Failure(`wrk failed:\n${output}`);
  return JSON.parse(line) as Run;
}
