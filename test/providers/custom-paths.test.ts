import { describe, expect, it } from "vitest";
import { custom, mappedProvider } from "../../src/providers/custom.ts";
import { sampleBody } from "../../src/providers/custom-sample.ts";
import { type PathMapping, pathMappingSchema } from "../../src/providers/form/schema.ts";
import { BodyError, type Reading } from "../../src/providers/provider.ts";
import { inputOf } from "./form/fixtures.ts";

const MAPPING = {
  language: "paths",
  events: "data.incidents",
  noAlert: [{ when: { at: "kind", is: ["test"] }, why: "a test" }],
  action: [
    { at: "state", words: { resolve: ["all good"], trigger: ["bad", "worse"] } },
    { recoveryIn: ["text"] },
    { is: "acknowledge", when: { all: [{ at: "owner" }, { at: "level", above: 3 }] } },
  ],
  alertKey: [{ parts: ["host", "check?"] }, { parts: ["id"] }],
  title: [{ text: "Gone", when: { at: "gone", is: ["true"] } }, { at: "name" }, { text: "Incident {id}" }],
  description: [{ join: [{ at: "text" }, { text: "Runbook: {runbook}" }], with: "; " }],
  severity: [
    { at: "level", words: { CRITICAL: ["1"] }, strict: true },
    { is: "LOW", when: { not: { at: "level" } } },
  ],
  url: [{ text: "https://tool.example/i/{id}" }],
  occurredAt: [{ at: "since", format: "utc" }],
  metadata: { tags: [{ at: "tags[*].name" }], from: [{ at: "$body.data.site", words: { Europe: ["eu"] } }] },
  kinds: [
    {
      when: { at: "comment" },
      events: "comment",
      action: [{ is: "note" }],
      note: [{ at: "text" }],
      alertKey: [{ parts: ["id"] }],
    },
  ],
} satisfies PathMapping;

const read = (mapping: unknown, body: unknown): Reading =>
  mappedProvider(custom, pathMappingSchema.parse(mapping)).read(inputOf(body)) as Reading;

describe("a mapping in the language `paths`", () => {
  it("reads a batch as its form says", () => {
    const incident = {
      id: 7,
      host: "db-1",
      state: "bad",
      level: 1,
      since: "2026-09-21 14:13:20",
      tags: [{ name: "db" }],
    };
    const queue = { id: "8", name: "Queue", state: "All good", text: "Gone", runbook: "r/8" };
    const others = [{ kind: "test" }, queue, { id: 9, level: 4, owner: { id: 1 }, gone: true }, "text"];
    const body = { data: { site: "eu", incidents: [incident, ...others] } };
    expect(read(MAPPING, body).events).toMatchObject([
      {
        action: "trigger",
        alertKey: '["db-1",null]',
        title: "Incident 7",
        severity: "CRITICAL",
        url: "https://tool.example/i/7",
        occurredAt: 1_790_000_000_000,
        metadata: { tags: ["db"], from: "Europe" },
      },
      { action: "resolve", alertKey: "8", title: "Queue", severity: "LOW", description: "Gone; Runbook: r/8" },
      { action: "acknowledge", alertKey: "9", title: "Gone", severity: "MEDIUM" },
      { unreadable: "/data/incidents/4: expected an object" },
    ]);
    expect(read(MAPPING, { comment: { id: "8", text: "Restarted" } }).events).toMatchObject([
      { action: "note", alertKey: "8", note: "Restarted" },
    ]);
  });

  it("reads an object or a list without `events`, and notes what it did not find", () => {
    const mapping = { language: "paths", title: [{ at: "name" }] };
    expect(read(mapping, [{ name: "a" }, { name: "b" }]).events).toMatchObject([{ title: "a" }, { title: "b" }]);
    expect(read(mapping, { label: "a" })).toMatchObject({
      events: [{ title: "Untitled alert", metadata: { label: "a" } }],
      note: "no title found; fields seen: label",
    });
    expect(() => read(mapping, "text")).toThrow(new BodyError("expected an object or a list of objects"));
  });

  it("rejects a body without the place of its events, and reads none from an empty list", () => {
    const mapping = (events: string) => ({ language: "paths", events, title: [{ at: "name" }] });
    const empty = { events: [], note: "the list of events is empty" };
    expect(() => read(mapping("incidents"), { foo: [] })).toThrow(new BodyError("expected an object", "/incidents"));
    expect(read(mapping("incidents"), { incidents: [] })).toMatchObject(empty);
    const each = mapping("groups[*].incident");
    expect(() => read(each, { foo: [] })).toThrow(BodyError);
    expect(() => read(each, { groups: [{ name: "a" }] })).toThrow(new BodyError("expected an object", "/groups"));
    expect(() => read(mapping('["a[*]b"][0].list[*].incident'), { "a[*]b": [{ list: [{}] }] })).toThrow(BodyError);
    expect(read(each, { groups: [] })).toMatchObject(empty);
    expect(read(each, { groups: [{}, { incident: { name: "a" } }] }).events).toMatchObject([{ title: "a" }]);
  });

  it("has a sample that it reads as a trigger", async () => {
    const mapping = pathMappingSchema.parse(MAPPING);
    const body = await sampleBody(mappedProvider(custom, mapping), mapping, 1_790_000_000_000);
    expect(read(MAPPING, body).events).toMatchObject([
      { action: "trigger", title: "Sample title", occurredAt: 1_790_000_000_000 },
    ]);
    const flat = pathMappingSchema.parse({
      language: "paths",
      title: [{ at: "$body.__proto__.name" }],
      alertKey: [{ parts: ["id"] }],
    });
    expect(await sampleBody(mappedProvider(custom, flat), flat, 0)).not.toBeNull();
  });

  it("is JSON, and is read the same after an export and an import", () => {
    expect(pathMappingSchema.parse(JSON.parse(JSON.stringify(MAPPING)))).toEqual(MAPPING);
  });

  it.each([
    ["an unknown field", { tittle: [] }, []],
    ["a text in place of a list", { title: "name" }, ["title"]],
    ["a misspelt action", { action: [{ at: "state", words: { resolved: ["ok"] } }] }, ["action", 0, "words"]],
    ["an invalid path", { title: [{ at: "a" }, { at: "a..b" }] }, ["title", 1, "at"]],
    ["an invalid path in a text", { title: [{ text: "Disk {a..b}" }] }, ["title", 0, "text"]],
    ["an invalid part of a key", { alertKey: [{ parts: ["a", "b["] }] }, ["alertKey", 0, "parts", 1]],
    ["an invalid path in a condition", { action: [{ is: "note", when: { at: "c[" } }] }, ["action", 0, "when", "at"]],
    ["no place of a value", { title: [{ format: "utc" }] }, ["title", 0]],
    ["two places of a value", { title: [{ at: "a", text: "b" }] }, ["title", 0, "text"]],
    ["words of a text", { title: [{ text: "a", words: { b: ["c"] } }] }, ["title", 0, "words"]],
    [
      "a test of two conditions",
      { noAlert: [{ when: { not: { at: "a" }, is: ["b"] }, why: "c" }] },
      ["noAlert", 0, "when", "is"],
    ],
    ["too many sources", { title: Array.from({ length: 21 }, () => ({ at: "a" })) }, ["title"]],
    [
      "too many names",
      { metadata: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [at, [{ at: "a" }]])) },
      ["metadata"],
    ],
  ])("is rejected with %s", (_, fields, path) => {
    const { error } = pathMappingSchema.safeParse({ language: "paths", title: [{ at: "t" }], ...fields });
    expect(error?.issues.map((issue) => issue.path)).toEqual([path]);
  });

  it("bounds the work that a body causes", () => {
    const list = Array.from({ length: 5000 }, () => ({ name: "n" }));
    const mapping = {
      language: "paths",
      events: "list",
      title: [{ at: "name" }],
      metadata: { all: [{ at: "$body.list[*].name" }] },
    };
    expect(() => read(mapping, { list })).not.toThrow();
    expect(read(mapping, { list }).events.filter((event) => "unreadable" in event).length).toBeGreaterThan(4000);
    const copies = { ...mapping, metadata: { all: [{ at: "$body.list" }] } };
    expect(read(copies, { list }).events.filter((event) => "unreadable" in event).length).toBeGreaterThan(4000);
    const modest = {
      ...mapping,
      alertKey: [{ parts: ["name"] }],
      source: [{ at: "host" }],
      url: [{ at: "link" }, { at: "href" }],
      metadata: { name: [{ at: "name" }] },
    };
    expect(read(modest, { list }).events.filter((event) => "unreadable" in event)).toEqual([]);
  });

  describe("reads a text of 1 MB many times only within the budget", () => {
    const large = { name: "Disk full", text: `${"x ".repeat(499_990)}end` };
    const repeated = { text: "{text}".repeat(80) };
    const conditions = Array.from({ length: 20 }, () => ({
      at: "text",
      when: { any: Array.from({ length: 20 }, () => ({ at: "text", contains: "none" })) },
    }));
    const sentences = Array.from({ length: 20 }, () => ({ recoveryIn: Array.from({ length: 20 }, () => "text") }));
    const metadata = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`field${at}`, [repeated]]));
    it.each([
      ["joins", { description: [{ join: Array.from({ length: 20 }, () => repeated) }] }],
      ["texts", { metadata }],
      ["conditions", { description: conditions, source: conditions }],
      ["sentences", { action: sentences }],
    ])("%s", (_, fields) => {
      const mapping = { language: "paths", title: [{ at: "name" }], ...fields };
      expect(() => read(mapping, large)).toThrow(new BodyError("the mapping needs too many steps"));
    });

    it("but a few times", () => {
      const mapping = {
        language: "paths",
        title: [{ at: "name" }],
        description: [{ join: [{ at: "text" }, { text: "Runbook: {text}" }], when: { at: "text", contains: "END" } }],
      };
      const [event] = read(mapping, large).events;
      expect(event).toMatchObject({ title: "Disk full", description: expect.stringMatching(/^x x .*end$/s) });
    });
  });
});
