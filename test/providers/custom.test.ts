import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { boundMetadata } from "../../src/alerts/bound-metadata.ts";
import { labelsOf } from "../../src/alerts/labels.ts";
import { checkMapping, custom, mappedProvider } from "../../src/providers/custom.ts";
import type { ExpressionMapping, Mapping } from "../../src/providers/mapping.ts";
import { BodyError } from "../../src/providers/provider.ts";
import { inputOf } from "./form/fixtures.ts";

describe("mappedProvider", () => {
  const read = async (mapping: Partial<ExpressionMapping>, body: unknown, headers: Record<string, string> = {}) =>
    await mappedProvider(custom, { language: "jsonata", title: "title", ...mapping }).read({
      headers: new Headers(headers),
      body,
      path: "",
      query: new URLSearchParams(),
      receivedAt: 0,
    });

  it("reads an object, each element of an array, and the result of `events`", async () => {
    const titles = async (...given: Parameters<typeof read>) =>
      (await read(...given)).events.map((event) => ("title" in event ? event.title : event.unreadable));
    expect(await titles({}, { title: "a" })).toEqual(["a"]);
    expect(await titles({}, [{ title: "a" }, { title: "b" }])).toEqual(["a", "b"]);
    expect(
      await titles({ events: "data.items[ok=false]" }, { data: { items: [{ ok: true }, { ok: false, title: "c" }] } }),
    ).toEqual(["c"]);
    expect(await titles({ events: "items", title: "$body.name & ' ' & $" }, { name: "n", items: ["x", "y"] })).toEqual([
      "n x",
      "n y",
    ]);
  });

  it("reads a form and a text", async () => {
    expect((await read({ title: "$body" }, "hello")).events).toMatchObject([{ title: "hello" }]);
    expect((await read({ title: "name" }, { name: "of a form" })).events).toMatchObject([{ title: "of a form" }]);
  });

  it("passes headers without credentials to expressions", async () => {
    const headers = { "x-kind": "disk", authorization: "Bearer s3cret", "x-tocsin-token": "s3cret" };
    const { events } = await read({ title: "$string($headers)" }, {}, headers);
    expect(events).toMatchObject([{ title: '{"x-kind":"disk"}' }]);
  });

  it("identifies the content by `fingerprint`, by default by all fields", async () => {
    const one = await read({ fingerprint: "id" }, { id: 1, title: "a", at: 1 });
    const two = await read({ fingerprint: "id" }, { id: 1, title: "a", at: 2 });
    expect(one.content).toEqual(two.content);
    expect((await read({}, { title: "a", at: 1 })).content).not.toEqual(
      (await read({}, { title: "a", at: 2 })).content,
    );
  });

  it("reports an unreadable element, and rejects a body without a readable one", async () => {
    const mapping = { title: "$uppercase(title)" };
    expect((await read(mapping, [{ title: "a" }, { title: 7 }, { x: 1 }])).events).toMatchObject([
      { title: "A" },
      {
        unreadable: "/1: the mapping's title failed: an argument of a function has the wrong type (at character 11)",
      },
      { unreadable: "/2: the mapping's title returned no text" },
    ]);
    await expect(read(mapping, { title: 7 })).rejects.toThrow(BodyError);
  });

  it.each<[string, unknown]>([
    ["incidents", { foo: [] }],
    ["data.incidents", { data: {} }],
    ["$body.data.incidents", {}],
    ["incidents[state='bad']", { foo: [{ state: "bad" }] }],
    ["groups.incidents", { groups: [{ id: 1 }, { id: 2 }] }],
    ["incidents", "text"],
  ])("rejects a body without the place of its events: %s in %j", async (events, body) => {
    await expect(read({ events }, body)).rejects.toThrow(/^the mapping's events found nothing at `/);
  });

  it.each<[string, unknown]>([
    ["incidents", { incidents: [] }],
    ["data.incidents", { data: { incidents: [] } }],
    ["groups.incidents", { groups: [{ incidents: [] }, { id: 2 }] }],
    ["kind = 'ping' ? [] : incidents", { kind: "ping" }],
  ])("reads no events from an empty list: %s in %j", async (events, body) => {
    expect(await read({ events }, body)).toEqual({ events: [], isRecognized: false });
  });

  it.each<[string, unknown]>([
    ["incidents[state='bad']", { incidents: [{ state: "ok" }] }],
    ["groups.incidents", { groups: [] }],
    ["$filter(incidents, function($one) { $one.isBad })", { incidents: [{}] }],
    ["kind = 'alert' ? incidents", { kind: "ping" }],
    ["$[kind='alert'].incidents", { kind: "ping" }],
    ["$$[kind='alert'].incidents", { kind: "ping" }],
    ["$body[kind='alert'].incidents", { kind: "ping" }],
  ])("notes that an expression selected no events: %s in %j", async (events, body) => {
    expect(await read({ events }, body)).toMatchObject({ events: [], note: "the mapping's events selected nothing" });
  });

  it("has steps for a dozen fields of each of a thousand alerts", async () => {
    const mapping = {
      events: "alerts",
      title: "labels.alertname & ' on ' & labels.instance & ' (' & labels.job & ')'",
      description: "annotations.description ? annotations.description : annotations.summary",
      alertKey: "[labels.alertname, labels.instance]",
      severity: "$lookup({'critical': 'CRITICAL', 'warning': 'MEDIUM'}, labels.severity)",
      action: "status = 'resolved' ? 'resolve' : status = 'ack' ? 'acknowledge' : 'trigger'",
      occurredAt: "$toMillis(startsAt)",
      source: "labels.instance",
      url: "generatorURL",
      metadata: "$merge([labels, annotations])",
      fingerprint: "$join($sort([labels.alertname, labels.instance, status]), '|')",
      externalId: "$uppercase(fingerprint)",
    };
    const alerts = Array.from({ length: 1000 }, (_, i) => ({
      status: "firing",
      labels: { alertname: "DiskFull", instance: `db-${i}`, severity: "critical", job: "node" },
      annotations: { summary: "Disk almost full", description: "Disk /var is 95% full" },
      startsAt: "2026-11-26T07:00:00Z",
      generatorURL: "https://prometheus.example.com/graph",
      fingerprint: `f${i}`,
    }));
    expect((await read(mapping, { alerts })).events.filter((event) => "title" in event)).toHaveLength(1000);
  });

  it("gives a part of the body that is selected many times its steps once", async () => {
    const mapping = { events: "($b := $; [1..1000].($b))", title: "$string($sum([1..50].($ * 2)))" };
    const { events } = await read(mapping, { text: "x".repeat(2000) });
    expect(events.at(-1)).toMatchObject({ unreadable: expect.stringContaining("too many steps") });
  });

  it("shares one step budget among the elements of a batch", async () => {
    const elements = Array.from({ length: 10_000 }, (_, id) => ({ id, title: "x" }));
    expect((await read({ alertKey: "id" }, elements)).events).toHaveLength(10_000);
    const { events } = await read({ title: "$sum([1..100].($ * 2)) & title" }, elements);
    expect(events.at(-1)).toMatchObject({ unreadable: expect.stringContaining("too many steps") });
  });

  it.each([{ alertKey: "function($x) { $x }" }, { metadata: "{ 'f': $sum }" }, { fingerprint: "$sum" }])(
    "accepts no function as a value: %j",
    async (mapping) => {
      const reading = read({ title: "'x'", ...mapping }, {}).then(
        ({ events }) => events,
        (error: unknown) => error,
      );
      expect(await reading).toSatisfy((result: unknown) => result instanceof BodyError || Array.isArray(result));
    },
  );
});

describe("checkMapping", () => {
  it("reports errors by field", () => {
    expect(checkMapping({ language: "jsonata", title: "a +", alertKey: "id", severity: "((" })).toEqual([
      { field: "title", message: expect.stringMatching(/\(at character 3\)$/) },
      { field: "severity", message: expect.stringMatching(/\(at character 2\)$/) },
    ]);
  });
});

/** Names that a plain object has already, or that are easily lost. */
const name = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "length",
    "0",
    "",
    " ",
    "$",
    "a.b",
  ),
  fc.string(),
);

describe("any name of a field in the body", () => {
  const body = (field: string) => ({ title: "Disk full", labels: Object.fromEntries([[field, "v"]]) });
  const quoted = (field: string) => JSON.stringify(field);

  property.prop([name])("stays a field of the metadata, and a label", async (field) => {
    const mappings: Mapping[] = [
      { language: "jsonata", title: "title" },
      { language: "jsonata", title: "title", metadata: '{ "labels": labels, "x": 1 }' },
      { language: "jsonata", title: "title", metadata: `{ "labels": { ${quoted(field)}: "v" } }` },
      { language: "paths", title: [{ at: "title" }] },
      { language: "paths", title: [{ at: "title" }], metadata: { labels: [{ at: "labels" }] } },
    ];
    for (const mapping of mappings) {
      const { events } = await mappedProvider(custom, mapping).read(inputOf(body(field)));
      const [event] = events;
      if (!event || !("metadata" in event)) throw new Error("no event");
      const metadata = boundMetadata(event.metadata, 1000);
      const labels = labelsOf({ integrationId: "i", alertKey: null, severity: "LOW", metadata });
      expect([mapping, Object.entries(labels)]).toEqual([mapping, expect.arrayContaining([[field, "v"]])]);
    }
  });
});
