/** Load at a fixed rate: each request is sent at its time, however slow the answers are. */
import { Agent, request } from "node:http";
import { alertOf, delivery, sign, type Target } from "./load.ts";

export interface Paced {
  /** Deliveries that got a 2xx. */
  accepted: number;
  failed: number;
  /** How many failed with each status; 0: no answer. */
  failures: ReadonlyMap<number, number>;
  /** Times from when a request was due until its answer, in ms, sorted. */
  latencies: number[];
}

export interface Pace {
  perSecond: number;
  seconds: number;
  /** Makes the alerts unique. */
  series: string;
  /** See load.ts. The default: each delivery opens an alert. */
  resolvedAfter?: number;
  /** Called for each 2xx. */
  onAccepted?: () => void;
}

/** Sends signed deliveries to each target in turn. */
export async function sendPaced(port: number, targets: readonly Target[], pace: Pace): Promise<Paced> {
  const { perSecond, seconds, series, resolvedAfter = Number.POSITIVE_INFINITY, onAccepted } = pace;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  const failures = new Map<number, number>();
  const startedAt = performance.now();
  const underWay: Promise<void>[] = [];
  for (let number = 0; number < perSecond * seconds; number++) {
    const target = targets[alertOf(number, resolvedAfter) % targets.length];
    if (!target) throw new Error("no target");
    const due = startedAt + (number * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const body = delivery(series, number, resolvedAfter);
    underWay.push(
      post(agent, port, target, body).then((status) => {
        if (status < 200 || status >= 300) return void failures.set(status, (failures.get(status) ?? 0) + 1);
        latencies.push(performance.now() - due);
        onAccepted?.();
      }),
    );
  }
  await Promise.all(underWay);
  agent.destroy();
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  return { accepted: latencies.length, failed, failures, latencies: latencies.toSorted((a, b) => a - b) };
}

/** @returns the status; 0: no answer */
function post(agent: Agent, port: number, target: Target, body: string): Promise<number> {
  return new Promise((resolve) => {
    const sending = request(
      {
        agent,
        host: "127.0.0.1",
        port,
        path: target.path,
        method: "POST",
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "Alertmanager/0.28.1",
          "x-webhook-signature": sign(body, target.secret),
        },
      },
      (response) => {
        response.resume();
        response.once("close", () => resolve(response.statusCode ?? 0));
      },
    );
    sending.once("error", () => resolve(0));
    sending.end(body);
  });
}

/** The value below which a share of sorted values lies; NaN without values. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
