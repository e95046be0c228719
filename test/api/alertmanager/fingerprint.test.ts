import { describe, expect, it } from "vitest";
import { alertFingerprint, fingerprintOf } from "../../../src/api/alertmanager/fingerprint.ts";

describe("a fingerprint", () => {
  // From Alertmanager 0.25.0.
  it("is the one that Alertmanager computes", () => {
    expect(fingerprintOf({ alertname: "A", x: "y" })).toBe("6145004c73697686");
  });

  it("depends neither on the order of the labels nor on the boundary between them", () => {
    expect(fingerprintOf({ x: "y", alertname: "A" })).toBe(fingerprintOf({ alertname: "A", x: "y" }));
    expect(fingerprintOf({ ab: "c" })).not.toBe(fingerprintOf({ a: "bc" }));
  });

  it("of an alert is that of its integration and key; without a key, each alert has its own", () => {
    const alert = { id: "1", integrationId: "i", alertKey: "disk" };
    expect(alertFingerprint({ ...alert, id: "2" })).toBe(alertFingerprint(alert));
    expect(alertFingerprint({ ...alert, integrationId: "j" })).not.toBe(alertFingerprint(alert));
    const keyless = { ...alert, alertKey: null };
    expect(alertFingerprint({ ...keyless, id: "2" })).not.toBe(alertFingerprint(keyless));
  });
});
