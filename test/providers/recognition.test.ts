import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { PROVIDERS } from "../../src/providers/index.ts";
import type { Provider, ProviderInput } from "../../src/providers/provider.ts";
import { recognize, suggestProvider } from "../../src/providers/recognition.ts";
import { runs } from "../support/runs.ts";
import { inputOf } from "./contract.ts";

const provider = (id: string): Provider => PROVIDERS.get(id) as Provider;
const sampleOf = (id: string): ProviderInput => inputOf(provider(id), {});
const bodyOf = (body: unknown): ProviderInput => inputOf(provider("generic"), { body });
const suggested = (current: string, input: ProviderInput, scheme: "token" | "sns" = "token") =>
  suggestProvider({ provider: current, verification: { scheme } }, input)?.id ?? null;

const withMarks = [...PROVIDERS.values()].filter(({ recognizes }) => recognizes !== undefined);

describe("recognize", () => {
  it("takes the special case of two sources with the same kind of bodies", () => {
    expect(provider("alertmanager").recognizes?.(sampleOf("signoz"))).toBe(true);
    expect(recognize(sampleOf("signoz"))?.id).toBe("signoz");
    expect(provider("standard-webhooks").recognizes?.(sampleOf("incident-io"))).toBe(true);
    expect(recognize(sampleOf("incident-io"))?.id).toBe("incident-io");
  });

  it("takes a source with a body of its own rather than one whose template the operator writes", () => {
    const dashboardAlert = { state: "alerting", ruleId: 1, ruleName: "CPU", evalMatches: [] };
    expect(provider("elastic").recognizes?.(bodyOf(dashboardAlert))).toBe(true);
    expect(recognize(bodyOf(dashboardAlert))?.id).toBe("grafana");
  });

  it("takes none of several that fit equally well", () => {
    const both = { ...(provider("librenms").sample.body as object), ...(provider("elastic").sample.body as object) };
    expect(provider("librenms").recognizes?.(bodyOf(both))).toBe(true);
    expect(provider("elastic").recognizes?.(bodyOf(both))).toBe(true);
    expect(recognize(bodyOf(both))).toBeNull();
  });

  it("takes none for a body without marks, or with more fields than any source sends", () => {
    for (const body of [{}, [], "text", null, { title: "Disk full", severity: "high", id: "1" }])
      expect(recognize(bodyOf(body))).toBeNull();
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`field ${at}`, at]));
    expect(recognize(bodyOf({ ...(provider("pingdom").sample.body as object), ...many }))).toBeNull();
  });

  it.prop(
    [
      fc.constantFrom(...withMarks),
      fc.dictionary(
        fc.string().map((name) => `other ${name}`),
        fc.jsonValue(),
      ),
    ],
    {
      numRuns: runs(200),
    },
  )("does not depend on fields that are no marks", ({ id, sample }, others) => {
    const { body } = sample;
    const isPlain = typeof body === "object" && body !== null && !Array.isArray(body);
    expect(recognize({ ...sampleOf(id), body: isPlain ? { ...others, ...body } : body })?.id).toBe(id);
  });
});

describe("suggestProvider", () => {
  it("suggests the provider of a known source to integrations of other providers", () => {
    for (const current of ["generic", "custom", "pingdom"])
      expect(suggested(current, sampleOf("grafana"))).toBe("grafana");
    expect(suggested("standard-webhooks", sampleOf("incident-io"))).toBe("incident-io");
    expect(suggested("alertmanager", sampleOf("signoz"))).toBe("signoz");
  });

  it.prop([fc.constantFrom(...withMarks)], { numRuns: runs(200) })(
    "suggests nothing to the right provider",
    (right) => {
      expect(suggested(right.id, inputOf(right, {}))).toBeNull();
    },
  );

  it("suggests nothing where the provider reads such bodies too", () => {
    expect(suggested("alertmanager", sampleOf("grafana"))).toBeNull();
    expect(suggested("incident-io", sampleOf("standard-webhooks"))).toBeNull();
  });

  it("suggests nothing for an operator's template that looks like another source by chance", () => {
    expect(suggested("datadog", sampleOf("librenms"))).toBeNull();
    expect(suggested("datadog", sampleOf("grafana"))).toBe("grafana");
  });

  it("opens the envelope of a message that comes through SNS", () => {
    const envelope = {
      Type: "Notification",
      TopicArn: "arn:aws:sns:eu-1:1:t",
      Message: JSON.stringify(sampleOf("grafana").body),
    };
    const input = { ...bodyOf(envelope), headers: new Headers({ "x-amz-sns-message-type": "Notification" }) };
    for (const current of ["generic", "cloudwatch"]) expect(suggested(current, input, "sns")).toBe("grafana");
    expect(suggested("grafana", input, "sns")).toBeNull();
    expect(suggested("generic", input)).toBe("cloudwatch");
    const alarm = { ...envelope, Message: JSON.stringify({ AlarmName: "CPU", NewStateValue: "ALARM" }) };
    expect(suggested("cloudwatch", { ...input, body: alarm }, "sns")).toBeNull();
  });

  it("suggests nothing for heartbeats and emails, which any source sends", () => {
    for (const current of ["heartbeat", "email"]) expect(suggested(current, sampleOf("alertmanager"))).toBeNull();
  });
});
