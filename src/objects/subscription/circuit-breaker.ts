/**
 * The circuit breaker of an endpoint. Closed: messages are sent as they are due. Open: nothing is sent until the next probe is
 * due. Half-open: one message is under way as a probe. Pure: it neither sends nor stores; instants are Unix ms.
 */
import { dueAt, probeDelayMs } from "./retry-policy.ts";

/** The circuit opens when messages of this many alerts failed since the last delivery. With fewer alerts, the messages themselves may be the cause. */
const ALERTS_TO_OPEN = 3;

/** A circuit that is not closed. */
export interface OpenCircuit {
  state: "open" | "half-open";
  openedAt: number;
  /** Failed attempts since it opened, with the one that opened it. */
  failures: number;
  /** When the next probe is due. */
  probeAt: number;
}

export type Circuit = { state: "closed"; failingAlertIds: readonly string[] } | OpenCircuit;

export const CLOSED: Circuit = { state: "closed", failingAlertIds: [] };

/** A failed attempt. */
export interface Failure {
  alertId: string;
  now: number;
  /** In 0 … 1. */
  random: number;
  retryAfterMs: number | null;
}

/** The circuit after a failed attempt. */
export function afterFailure(circuit: Circuit, { alertId, now, random, retryAfterMs }: Failure): Circuit {
  if (circuit.state === "closed") {
    const failingAlertIds = [...new Set([...circuit.failingAlertIds, alertId])];
    if (failingAlertIds.length < ALERTS_TO_OPEN) return { state: "closed", failingAlertIds };
  }
  const { openedAt, failures } = circuit.state === "closed" ? { openedAt: now, failures: 0 } : circuit;
  return {
    state: "open",
    openedAt,
    failures: failures + 1,
    probeAt: now + probeDelayMs(failures + 1, random, retryAfterMs),
  };
}

/** The circuit while a probe is under way. */
export const duringProbe = (circuit: OpenCircuit): OpenCircuit => ({ ...circuit, state: "half-open" });

/** The circuit after a probe that never reached the endpoint: the next message is a probe at once. */
export const afterNoAnswer = (circuit: OpenCircuit): OpenCircuit => ({ ...circuit, state: "open" });

/** When the next probe may be sent; null while one is under way. */
export const nextProbeAt = ({ state, probeAt }: OpenCircuit, now: number): number | null =>
  state === "open" ? dueAt(probeAt, now) : null;

/**
 * Whether the endpoint itself failed, so that after a success all pending messages are due at once. A success right after the
 * circuit opened means that only single messages failed.
 */
export const isOutage = (circuit: Circuit): circuit is OpenCircuit =>
  circuit.state !== "closed" && circuit.failures > 1;
