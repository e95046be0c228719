import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { AlertEvent } from "../../../src/alerts/event.ts";
import type { ProviderForm } from "../../../src/providers/form/form.ts";
import { FormError } from "../../../src/providers/form/path.ts";
import { BodyError, type Reading } from "../../../src/providers/provider.ts";
import { inputOf, provide } from "./fixtures.ts";

const readingOf = (form: Partial<ProviderForm>, body: unknown): Reading => provide(form).read(inputOf(body)) as Reading;
const read = (form: Partial<ProviderForm>, body: unknown): AlertEvent => readingOf(form, body).events[0] as AlertEvent;

const blank = fc.constantFrom<unknown>(undefined, null, "", "   ", {}, []);
const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== "");

describe("sources", () => {
  test.prop([fc.array(blank, { maxLength: 4 }), text, text])("give the first text", (missing, first, second) => {
    const values = [...missing, first, second];
    const title = values.map((_, at) => `t${at}`);
    const body = Object.fromEntries(values.map((value, at) => [`t${at}`, value]));
    expect(read({ title }, body).title).toBe(first.trim());
  });

  it("read by action, by condition and by a table of words", () => {
    const form: Partial<ProviderForm> = {
      occurredAt: [{ at: "end", on: "resolve" }, "start"],
      source: { at: "host", when: "kind=server" },
      description: { at: "code", words: { "Not reachable": "5 six", Slow: ["nearly timed out"] } },
    };
    const body = { state: "up", start: 1_790_000_000, end: 1_790_000_060, kind: "Server", host: "db-1", code: "SIX" };
    expect(read(form, body)).toMatchObject({
      occurredAt: 1_790_000_060_000,
      source: "db-1",
      description: "Not reachable",
    });
    expect(read(form, { ...body, state: "down", kind: "disk", code: "Nearly timed out" })).toMatchObject({
      occurredAt: 1_790_000_000_000,
      source: null,
      description: "Slow",
    });
    expect(read(form, { ...body, code: "constructor" }).description).toBeNull();
  });

  it("fill texts, or have no value", () => {
    const form: Partial<ProviderForm> = {
      title: ["name", { text: "Check {id}" }, { text: "A check" }],
      url: { text: "{base}/checks/{id}?q={state}" },
      description: { join: ["first", "second", "tags[*].name"], with: " · " },
    };
    expect(read(form, { id: "a/b", base: "https://x.example/", state: "down", second: "2" })).toMatchObject({
      title: "Check a/b",
      url: "https://x.example/checks/a%2Fb?q=down",
      description: "2",
    });
    expect(read(form, {})).toMatchObject({ title: "A check", url: null, description: null });
    expect(read(form, { first: 1, tags: [{ name: "a" }, {}, { name: "b" }] }).description).toBe("1 · a · b");
  });

  it("reads times without a zone as UTC only where the form says so", () => {
    const occurredAt = ["local", { at: "utc", format: "utc" as const }];
    expect(read({ occurredAt }, { local: "2026-09-21 14:13:20" }).occurredAt).toBeNull();
    expect(read({ occurredAt }, { utc: "2026-09-21 14:13:20" }).occurredAt).toBe(1_790_000_000_000);
    expect(read({ occurredAt }, { utc: "2026-09-21 14:13:20 UTC" }).occurredAt).toBe(1_790_000_000_000);
  });
});

describe("rules", () => {
  test.prop([fc.oneof(fc.constantFrom("constructor", "__proto__", "toString"), fc.string())])(
    "take an unknown state as a trigger and an unknown severity as MEDIUM",
    (word) => {
      const form: Partial<ProviderForm> = {
        action: { at: "state", words: { resolve: "gone" }, strict: true },
        severity: { at: "level", words: { HIGH: "loud" }, strict: true },
      };
      fc.pre(!/^\s*(gone|loud)\s*$/i.test(word));
      expect(read(form, { state: word, level: word })).toMatchObject({ action: "trigger", severity: "MEDIUM" });
    },
  );

  it("take the first that has a result", () => {
    const form: Partial<ProviderForm> = {
      action: [
        { when: "kind=reminder", is: "acknowledge" },
        { at: ["code", "state"], words: { resolve: "0" } },
        { recoveryIn: ["message"] },
        { noAlert: "no state" },
      ],
      severity: [{ at: "level" }, (event) => (event.code === "0" ? "INFO" : null), "HIGH"],
    };
    expect(read(form, { kind: "reminder", code: "0" })).toMatchObject({ action: "acknowledge", severity: "INFO" });
    expect(read(form, { code: 0, level: "P1" })).toMatchObject({ action: "resolve", severity: "CRITICAL" });
    expect(read(form, { code: "x", state: "firing" })).toMatchObject({ action: "trigger", severity: "HIGH" });
    expect(read(form, { message: "db-1 is back online" }).action).toBe("resolve");
    expect(readingOf(form, { code: "x" })).toMatchObject({ events: [], note: "no state" });
  });

  it("look for one of several parts of a text, in any case", () => {
    const severity = [{ when: { at: "kind", contains: ["origin", "health"] }, is: "HIGH" as const }];
    expect(read({ severity }, { kind: "HEALTH_CHECK" }).severity).toBe("HIGH");
    expect(read({ severity }, { kind: "attack" }).severity).toBe("MEDIUM");
    expect(read({ severity }, {}).severity).toBe("MEDIUM");
  });

  it("read a comment only with a text and a key", () => {
    const form: Partial<ProviderForm> = { action: "note", note: "text", author: "user" };
    expect(read(form, { id: "7", name: "Disk", text: "Restarted", user: { name: "Alice" } })).toMatchObject({
      action: "note",
      title: "Comment",
      note: "Restarted",
      author: "Alice",
    });
    expect(readingOf(form, { id: "7" }).events).toEqual([]);
  });
});

describe("a key", () => {
  it("needs all its parts, except optional ones", () => {
    const form: Partial<ProviderForm> = { alertKey: [{ parts: ["a", "b?"] }, { parts: ["c", "d"] }, "c"] };
    expect(read(form, { a: 1, b: 2, c: 3 }).alertKey).toBe('["1","2"]');
    expect(read(form, { a: 1, c: 3 }).alertKey).toBe('["1",null]');
    expect(read(form, { c: 3, d: 4 }).alertKey).toBe('["3","4"]');
    expect(read(form, { c: 3 }).alertKey).toBe("3");
  });

  const template = { placeholder: /\{\{[a-z]+\}\}/ };

  test.prop([fc.string(), fc.string()])("never contains a placeholder", (before, after) => {
    const body = { id: `${before}{{id}}${after}`, name: "Disk full", state: "down" };
    const form: Partial<ProviderForm> = { template, alertKey: ["id", { parts: ["name", "id"] }] };
    const { events, note } = readingOf(form, body);
    expect(events).toMatchObject([{ alertKey: null, externalId: body.id.trim() }]);
    expect(note).toMatch(/did not replace/);
  });

  it("is not looked up by other names if the source did not fill it", () => {
    expect(read({ template }, { id: "{{id}}", incident_id: "9", name: "Disk" }).alertKey).toBeNull();
    expect(read({ template }, { incident_id: "9", name: "Disk" }).alertKey).toBe("9");
  });
});

describe("a batch", () => {
  const form: Partial<ProviderForm> = { events: "alerts", event: "an alert", title: "name" };

  test.prop([fc.array(fc.oneof(fc.constant("bad"), fc.nat()), { minLength: 1 })])(
    "keeps every element but the bad ones",
    (elements) => {
      fc.pre(elements.some((element) => element !== "bad"));
      const alerts = elements.map((id) => (id === "bad" ? "bad" : { id, name: `n${id}` }));
      expect(readingOf(form, { alerts }).events).toMatchObject(
        elements.map((id, at) =>
          id === "bad" ? { unreadable: `/alerts/${at}: expected an alert` } : { alertKey: String(id) },
        ),
      );
    },
  );

  it("may be a single event, and leaves out what is no alert", () => {
    const noAlert = [{ when: "kind=test", why: "a test" }];
    expect(read({ ...form, noAlert }, { alerts: { id: 1, name: "a" } }).alertKey).toBe("1");
    const alerts = [{ kind: "test" }, { id: 2, name: "b" }];
    expect(readingOf({ ...form, noAlert }, { alerts })).toMatchObject({ events: [{ alertKey: "2" }], note: "a test" });
    expect(readingOf(form, { alerts: [] })).toMatchObject({ events: [], note: "the list of events is empty" });
    expect(() => readingOf(form, { alerts: "none" })).toThrow(new BodyError("expected an alert", "/alerts"));
  });
});

describe("a provider", () => {
  it("names what was not found and the fields of the body", () => {
    expect(readingOf({}, { foo: "secret", bar: 1 }).note).toBe(
      "no title, no alert key, no state found; fields seen: foo, bar",
    );
    expect(readingOf({}, { id: 1, name: "Disk", state: "odd" }).note).toBeUndefined();
  });

  it("rejects other bodies, and events without what they must have", () => {
    expect(() => readingOf({}, "text")).toThrow(new BodyError("expected an example"));
    expect(() => readingOf({}, [])).toThrow(new BodyError("expected an example"));
    expect(() => readingOf({ events: "alerts" }, [])).toThrow(new BodyError("expected an example"));
    const requires = [{ when: "a.b", what: "a b" }];
    const placed = [{ when: { at: "a.b", is: "c" }, what: "a c", place: "a.b" }];
    expect(() => readingOf({ requires: placed }, {})).toThrow(new BodyError("expected a c", "/a/b"));
    expect(() => readingOf({ requires }, { a: {} })).toThrow(
      expect.objectContaining({ message: "expected a b", pointer: "/a/b" }),
    );
  });

  it("reads a body by the first kind that fits, with the form's other fields", () => {
    const form: Partial<ProviderForm> = {
      kinds: [
        { when: "type=comment", events: "data", title: "text", source: "$body.type" },
        { when: "type=ping", read: () => ({ events: [], isRecognized: true, note: "a ping" }) },
      ],
    };
    expect(read(form, { type: "comment", data: { id: 1, text: "t", state: "ok" } })).toMatchObject({
      action: "resolve",
      title: "t",
      source: "comment",
    });
    expect(readingOf(form, { type: "ping" }).note).toBe("a ping");
    expect(read(form, { name: "other" }).title).toBe("other");
  });

  it("has metadata with the last name of each path, or with a name of its own", () => {
    const body = { id: 1, name: "Disk", resource: { type: "vm" }, metric: { type: "cpu", "a=b": 5 } };
    expect(read({ metadata: 'id kind=resource.type metric.type odd=metric["a=b"] none=gone' }, body).metadata).toEqual({
      id: 1,
      kind: "vm",
      type: "cpu",
      odd: 5,
    });
  });

  it("compares names as the form says, and finds the body in a field", () => {
    const form: Partial<ProviderForm> = {
      names: "ignoring case and underscores",
      title: "monitorName",
      unwrap: "payload",
    };
    const body = { payload: '{"MONITOR_NAME":"Disk","State":"down"}' };
    expect(read(form, body)).toMatchObject({ title: "Disk", metadata: { MONITOR_NAME: "Disk", State: "down" } });
    expect(() => readingOf(form, { payload: "no JSON" })).toThrow("expected JSON in the form field payload");
    expect(provide(form).recognizes?.(inputOf({ payload: "no JSON" }))).toBe(false);
    const optional = { ...form, unwrap: { optional: "payload" } };
    expect(read(optional, body).title).toBe("Disk");
    expect(read(optional, { payload: "no JSON", monitorName: "CPU" }).title).toBe("CPU");
  });

  it("recognizes bodies with its key, title and state, unless it states other marks", () => {
    const isRecognized = (form: Partial<ProviderForm>, body: unknown) => provide(form).recognizes?.(inputOf(body));
    expect(isRecognized({}, { id: 1, name: "", state: null })).toBe(true);
    expect(isRecognized({}, { id: 1, name: "" })).toBe(false);
    const recognizedBy = ["$headers.x-example", "a b=c"];
    expect(isRecognized({ recognizedBy }, { a: 1, b: "C" })).toBe(true);
    expect(isRecognized({ recognizedBy }, { a: 1, b: "d" })).toBe(false);
  });

  it("shows its sample as the operator's template", () => {
    const template = { placeholder: /\$[A-Z]+/, variable: "$<NAME>", variables: { name: "$TITLE" } };
    expect(provide({ template, setup: "1. Payload:\n\n   <TEMPLATE>" }).setup).toBe(
      '1. Payload:\n\n   ```json\n   {\n     "id": "$ID",\n     "name": "$TITLE",\n     "state": "$STATE"\n   }\n   ```',
    );
  });

  it("has the sender's behavior for each class of responses", () => {
    expect(provide({ sender: { retries: ["5xx"], timeoutSeconds: 5 } }).senderProfile).toEqual({
      timeoutSeconds: 5,
      clientErrors: "dropped",
      tooManyRequests: "dropped",
      serverErrors: "retried",
    });
    expect(provide().senderProfile.serverErrors).toBe("not published");
  });

  it("completes an event, or leaves it out", () => {
    expect(read({ finish: (event) => ({ ...event, title: "T" }) }, { name: "Disk" }).title).toBe("T");
    expect(readingOf({ finish: () => null }, { name: "Disk" }).events).toEqual([]);
  });

  it("is not made of an invalid form", () => {
    expect(() => provide({ title: "a..b" })).toThrow(FormError);
    expect(() => provide({ title: { text: "{a" } })).toThrow(FormError);
    expect(() => provide({ action: "explode" as "trigger" })).toThrow(FormError);
    expect(() => provide({ title: "" })).toThrow(FormError);
  });

  it.each(["event == ping", "event =ping", "event= ping", "event==ping"])(
    "names the provider and the invalid test: %s",
    (when) => {
      const wrong = when.split(" ").find((word) => /^=|=$|==/.test(word)) ?? when;
      expect(() => provide({ noAlert: [{ when, why: "a test" }] })).toThrow(
        new FormError(`example: invalid test \`${wrong}\`; write \`a.b\` or \`a.b=word\`, without spaces around \`=\``),
      );
    },
  );
});
