import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import {
  afterFailure,
  afterNoAnswer,
  type Circuit,
  CLOSED,
  duringProbe,
  isOutage,
  nextProbeAt,
  type OpenCircuit,
} from "../../../src/objects/subscription/circuit-breaker.ts";

const NOW = Date.UTC(2026, 0, 1);

const failure = (alertId: string, retryAfterMs: number | null = null, now = NOW) => ({
  alertId,
  now,
  random: 1,
  retryAfterMs,
});

const afterFailures = (...alertIds: string[]): Circuit =>
  alertIds.reduce<Circuit>((circuit, alertId) => afterFailure(circuit, failure(alertId)), CLOSED);

const opened = (): OpenCircuit => afterFailures("a", "b", "c") as OpenCircuit;

describe("The circuit breaker", () => {
  it("stays closed while messages of fewer than three alerts fail", () => {
    expect(afterFailures("a", "b", "a", "b", "a").state).toBe("closed");
  });

  it("opens when messages of three alerts failed", () => {
    expect(opened()).toEqual({ state: "open", openedAt: NOW, failures: 1, probeAt: NOW + 5 * SECOND });
  });

  it("counts alerts from zero after a delivery", () => {
    expect(afterFailure(CLOSED, failure("c"))).toEqual({ state: "closed", failingAlertIds: ["c"] });
  });

  it("opens again with a longer delay when a probe fails", () => {
    const later = NOW + 10 * SECOND;
    expect(afterFailure(duringProbe(opened()), failure("a", null, later))).toEqual({
      state: "open",
      openedAt: NOW,
      failures: 2,
      probeAt: later + 10 * SECOND,
    });
  });

  it("sends no second probe while one is under way", () => {
    expect(nextProbeAt(opened(), NOW)).toBe(NOW + 5 * SECOND);
    expect(nextProbeAt(duringProbe(opened()), NOW + HOUR)).toBeNull();
  });

  it("probes at once again after a probe that did not reach the endpoint", () => {
    const later = NOW + 10 * SECOND;
    expect(nextProbeAt(afterNoAnswer(duringProbe(opened())), later)).toBeLessThanOrEqual(later);
    expect(afterNoAnswer(duringProbe(opened()))).toEqual(opened());
  });

  it("probes at once after the clock was set back by more than an hour", () => {
    expect(nextProbeAt(opened(), NOW - 2 * HOUR)).toBe(NOW - 2 * HOUR);
  });

  it("reads a success of the first probe as a failure of single messages, and a later success as the end of an outage", () => {
    expect(isOutage(CLOSED)).toBe(false);
    expect(isOutage(duringProbe(opened()))).toBe(false);
    expect(isOutage(duringProbe(afterFailure(opened(), failure("a")) as OpenCircuit))).toBe(true);
  });

  const failures = fc.array(
    fc.record({
      alertId: fc.constantFrom("a", "b", "c", "d"),
      waitMs: fc.integer({ min: 0, max: HOUR }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 10 * HOUR })),
      isProbe: fc.boolean(),
    }),
    { maxLength: 40 },
  );

  test.prop([failures])(
    "probes within five minutes of the last failure, and never before Retry-After up to that",
    (steps) => {
      let now = NOW;
      let circuit: Circuit = CLOSED;
      for (const { alertId, waitMs, random, retryAfterMs, isProbe } of steps) {
        now += waitMs;
        if (isProbe && circuit.state === "open") circuit = duringProbe(circuit);
        const before = circuit;
        circuit = afterFailure(circuit, { alertId, now, random, retryAfterMs });
        if (circuit.state === "closed") continue;
        expect(circuit.state).toBe("open");
        expect(circuit.probeAt - now).toBeLessThanOrEqual(5 * MINUTE);
        expect(circuit.probeAt - now).toBeGreaterThanOrEqual(Math.min(retryAfterMs ?? 0, 5 * MINUTE));
        expect(circuit.openedAt).toBe(before.state === "closed" ? now : before.openedAt);
      }
    },
  );

  test.prop([failures])("opens exactly when messages of three alerts failed", (steps) => {
    let circuit: Circuit = CLOSED;
    for (const [index, { alertId }] of steps.entries()) {
      circuit = afterFailure(circuit, failure(alertId));
      const alerts = new Set(steps.slice(0, index + 1).map((step) => step.alertId));
      expect(circuit.state).toBe(alerts.size < 3 ? "closed" : "open");
    }
  });
});
