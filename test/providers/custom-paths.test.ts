import { describe, expect, it } from "vitest";
import { custom, mappedProvider } from "../../src/providers/custom.ts";
import { sampleBody } from "../../src/providers/custom-sample.ts";
import { type PathMapping, pathMappingSchema } from "../../src/providers/form/schema.ts";
import { BodyError, type Reading } from "../../src/providers/provider.ts";
import { inputOf } from "./form/fixtures.ts";

const MAPPING = {
  language: "paths",
  events: "data.incidents",
  noAlert: [{ when: "kind=test", why: "a test" }],
  action: [{ at: "state", words: { resolve: ["all good"], trigger: "bad worse" } }, { recoveryIn: "text" }],
  alertKey: [{ parts: ["host", "check?"] }, "id"],
  title: ["name", { text: "Incident {id}" }],
  severity: [
    { at: "level", words: { CRITICAL: "1" } },
    { when: { not: "level" }, is: "LOW" },
  ],
  url: { text: "https://tool.example/i/{id}" },
  occurredAt: { at: "since", format: "utc" },
  metadata: { tags: "tags[*].name", from: "$body.data.site" },
  kinds: [{ when: "comment", events: "comment", action: "note", note: "text", alertKey: "id" }],
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
    const others = [{ kind: "test" }, { id: "8", name: "Queue", state: "All good" }, "text"];
    const body = { data: { site: "eu", incidents: [incident, ...others] } };
    expect(read(MAPPING, body).events).toMatchObject([
      {
        action: "trigger",
        alertKey: '["db-1",null]',
        title: "Incident 7",
        severity: "CRITICAL",
        url: "https://tool.example/i/7",
        occurredAt: 1_790_000_000_000,
        metadata: { tags: ["db"], from: "eu" },
      },
      { action: "resolve", alertKey: "8", title: "Queue", severity: "LOW" },
      { unreadable: "/data/incidents/3: expected an object" },
    ]);
    expect(read(MAPPING, { comment: { id: "8", text: "Restarted" } }).events).toMatchObject([
      { action: "note", alertKey: "8", note: "Restarted" },
    ]);
  });

  it("reads an object or a list without `events`, and notes what it did not find", () => {
    const mapping = { language: "paths", title: "name" };
    expect(read(mapping, [{ name: "a" }, { name: "b" }]).events).toMatchObject([{ title: "a" }, { title: "b" }]);
    expect(read(mapping, { label: "a" })).toMatchObject({
      events: [{ title: "Untitled alert", metadata: { label: "a" } }],
      note: "no title found; fields seen: label",
    });
    expect(() => read(mapping, "text")).toThrow(new BodyError("expected an object or a list of objects"));
  });

  it("has a sample that it reads as a trigger", async () => {
    const mapping = pathMappingSchema.parse(MAPPING);
    const body = await sampleBody(mappedProvider(custom, mapping), mapping, 1_790_000_000_000);
    expect(read(MAPPING, body).events).toMatchObject([
      { action: "trigger", title: "Sample title", occurredAt: 1_790_000_000_000 },
    ]);
    const flat = pathMappingSchema.parse({ language: "paths", title: "$body.__proto__.name", alertKey: "id" });
    expect(await sampleBody(mappedProvider(custom, flat), flat, 0)).not.toBeNull();
  });

  it("is JSON, and is read the same after an export and an import", () => {
    expect(pathMappingSchema.parse(JSON.parse(JSON.stringify(MAPPING)))).toEqual(MAPPING);
  });

  it.each([
    ["an unknown field", { tittle: "x" }],
    ["a misspelt action", { action: { at: "state", words: { resolved: "ok" } } }],
    ["an invalid path", { title: "a..b" }],
    ["an invalid path in a text", { title: { text: "Disk {a..b}" } }],
    ["an invalid path in a condition", { noAlert: [{ when: "a=b c[", why: "x" }] }],
    ["too many sources", { title: Array.from({ length: 21 }, () => "a") }],
  ])("is rejected with %s", (_, fields) => {
    expect(pathMappingSchema.safeParse({ language: "paths", title: "t", ...fields }).success).toBe(false);
  });

  it("bounds the work that a body causes", () => {
    const list = Array.from({ length: 5000 }, () => ({ name: "n" }));
    const mapping = { language: "paths", events: "list", title: "name", metadata: { all: "$body.list[*].name" } };
    expect(() => read(mapping, { list })).not.toThrow();
    expect(read(mapping, { list }).events.filter((event) => "unreadable" in event).length).toBeGreaterThan(4000);
    const copies = { ...mapping, metadata: { all: "$body.list" } };
    expect(read(copies, { list }).events.filter((event) => "unreadable" in event).length).toBeGreaterThan(4000);
    const modest = { ...mapping, alertKey: "name", source: "host", url: ["link", "href"], metadata: "name" };
    expect(read(modest, { list }).events.filter((event) => "unreadable" in event)).toEqual([]);
  });
});
