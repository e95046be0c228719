import { describe, expect, it } from "vitest";
import { custom, mappedProvider } from "../../src/providers/custom.ts";
import { sampleBody } from "../../src/providers/custom-sample.ts";
import type { ExpressionMapping } from "../../src/providers/mapping.ts";

const NOW = Date.parse("2026-11-26T07:00:00Z");

type Expressions = Omit<ExpressionMapping, "language">;

const sampleOf = async (expressions: Expressions) => {
  const mapping = { language: "jsonata" as const, ...expressions };
  return await sampleBody(mappedProvider(custom, mapping), mapping, NOW);
};

describe("sampleBody", () => {
  it.each<Expressions>([
    { title: "title" },
    { title: "'Something happened'" },
    { title: "$body.alert.name & ': ' & message", events: "alerts" },
    {
      events: "incidents",
      action: "state = 'ok' ? 'resolve' : 'trigger'",
      alertKey: "id",
      title: "name & ' on ' & host",
      severity: "level",
      occurredAt: "since",
      url: "link",
    },
    { events: "data.items[ok=false]", title: "title" },
    { events: "data.items[ok=false and kind='disk']", title: "title" },
    { title: "$uppercase(title)", occurredAt: "$fromMillis(at * 1000)" },
    { title: "$join($map(hosts, function($h) { $h.name }), ',')", alertKey: "id" },
    { title: "'Load ' & $string($round(load, 2))", occurredAt: "$toMillis(at)" },
    { title: "$string($)", metadata: "{ 'labels': labels }" },
    { events: "$append(firing, resolved)", title: "name" },
    { title: "items[0].title", alertKey: "[a, b.c]", fingerprint: "$sift($, function($v, $k) { $k != 'at' })" },
    { title: "$headers.host ? $headers.host : text" },
    { events: "*", title: "name" },
    { title: "name", action: "status = 'firing' ? 'trigger' : 'resolve'" },
    { title: "($a := alert; $a.name & ' ' & $a.id)" },
    { title: "name", events: "alerts[status='firing' and severity in ['high', 'low']]" },
    { title: "$replace(text, /\\s+/, ' ')", severity: "$lowercase(level)" },
  ])("returns a body that %j reads", async (expressions) => {
    const body = await sampleOf(expressions);
    expect(body).not.toBeNull();
    const reading = mappedProvider(custom, { language: "jsonata", ...expressions }).read({
      headers: new Headers(),
      body,
      path: "",
      query: new URLSearchParams(),
      receivedAt: NOW,
    });
    expect((await reading).events[0]).toMatchObject({ title: expect.any(String), action: "trigger" });
  });

  it("contains the present time where the mapping reads a time", async () => {
    expect(await sampleOf({ title: "name", occurredAt: "since" })).toMatchObject({ since: "2026-11-26T07:00:00.000Z" });
  });

  it("is null for a mapping that reads nothing", async () => {
    expect(await sampleOf({ title: "$error('no')" })).toBeNull();
  });
});
