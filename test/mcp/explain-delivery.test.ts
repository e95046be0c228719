import { expect, it } from "vitest";
import type { Schemas } from "../../packages/client/src/index.ts";
import { OUTCOMES } from "../../src/alerts/model.ts";
import { explainDelivery } from "../../src/mcp/explain-delivery.ts";

const delivery = (fields: Partial<Schemas["DeliveryDetail"]>): Schemas["DeliveryDetail"] => ({
  id: "01997a3e-9d80-7000-8000-000000000001",
  integrationId: "01997a3e-9d80-7000-8000-000000000002",
  teamId: null,
  sequence: 1,
  alertId: null,
  events: [],
  status: "ACCEPTED",
  statusCode: 202,
  idempotencyKey: null,
  contentFingerprint: null,
  duplicateOf: null,
  replayOf: null,
  reason: "",
  decision: {},
  error: null,
  headers: {},
  contentType: null,
  sourceIp: null,
  bodyBytes: 0,
  isBodyCut: false,
  receivedAt: "2026-10-01T12:00:00.000Z",
  createdAt: "2026-10-01T12:00:01.000Z",
  integrationName: "Prometheus",
  provider: "alertmanager",
  alerts: [],
  remedy: null,
  suggestedProvider: null,
  ...fields,
});

const rejected = (statusCode: number, fields: Partial<Schemas["DeliveryDetail"]> = {}) =>
  explainDelivery(delivery({ status: "REJECTED", statusCode, ...fields }), null);

it.each(OUTCOMES)("explains an accepted delivery whose event is %s", (outcome) => {
  const events = [{ alertId: null, action: "trigger" as const, outcome }];
  const { meaning, whatToDo } = explainDelivery(delivery({ events }), null);
  expect(meaning).toHaveLength(2);
  expect(meaning[1]).toMatch(new RegExp(`^One event \\(${outcome}\\): [a-z].+\\.$`));
  // Only an event without an effect leaves something to check.
  expect(whatToDo).toHaveLength(["stale", "ignored", "duplicate"].includes(outcome) ? 1 : 0);
});

it("counts the events of a batch by their outcome", () => {
  const event = { alertId: null, action: "trigger" as const };
  const events = [
    { ...event, outcome: "created" as const },
    { ...event, outcome: "stale" as const },
    { ...event, outcome: "created" as const },
  ];
  expect(explainDelivery(delivery({ events }), null).meaning).toEqual([
    "The delivery was processed.",
    "2 events (created): opened an alert.",
    expect.stringMatching(/^One event \(stale\)/),
  ]);
});

it("says that a delivery without events changed no alert", () => {
  expect(explainDelivery(delivery({}), null).meaning[0]).toContain("no event");
});

it("names the first delivery and the end of the window of a duplicate", () => {
  const original = delivery({ id: "01997a3e-9d80-7000-8000-000000000003" });
  const repeated = delivery({
    status: "DUPLICATE",
    duplicateOf: original.id,
    decision: { windowEndsAt: "2026-10-01T12:15:00.000Z" },
  });
  const { meaning, whatToDo } = explainDelivery(repeated, original);
  expect(meaning.join(" ")).toContain("2026-10-01T12:15:00.000Z");
  expect(meaning.join(" ")).toContain(original.receivedAt);
  expect(whatToDo[0]).toContain(original.id);
  expect(explainDelivery(repeated, null).meaning).toHaveLength(1);
});

it("passes on the remedy of a rejection", () => {
  const remedy = { action: "check-secret" as const, text: "Copy the secret into the source again." };
  const { meaning, whatToDo } = rejected(401, { remedy });
  expect(meaning).toEqual(["The delivery was answered with 401 and changed nothing."]);
  expect(whatToDo).toEqual([remedy.text]);
});

it("mentions rejections without a record, and a body that cannot be replayed", () => {
  const { meaning } = rejected(413, { isBodyCut: true, decision: { omittedBefore: 7 } });
  expect(meaning.join(" ")).toContain("7 earlier rejections");
  expect(meaning.join(" ")).toContain("cannot be replayed");
});

it("says first that another provider fits the body", () => {
  const text = "This looks like a delivery of Grafana. Switch the integration to the provider `grafana`.";
  const suggestedProvider = { id: "grafana", name: "Grafana", text };
  const remedy = { action: "check-provider" as const, text: "Check the provider." };
  const { whatToDo } = explainDelivery(
    delivery({ suggestedProvider, status: "REJECTED", statusCode: 400, remedy }),
    null,
  );
  expect(whatToDo).toEqual([text, "Check the provider."]);
});
