import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { GlobalValues } from "../src/command.ts";
import { type CliError, exitOf, EXIT, RefusedError, worstOf } from "../src/errors.ts";
import { wholeLines } from "../src/export.ts";
import { eventReader, type Signal } from "../src/server-events.ts";
import { answered, queryText } from "../src/service.ts";
import { createTocsinClient } from "../../client/src/index.ts";
import { checkedKey, checkedUrl, isInTheClear, resolveTarget } from "../src/target.ts";
import { ageOf, instantOf, minutesOf, parseSpan } from "../src/time.ts";

const given = (values: Partial<GlobalValues> = {}): GlobalValues => ({
  json: false,
  "no-color": false,
  help: false,
  version: false,
  ...values,
});

describe("resolveTarget", () => {
  const saved = { url: "https://saved.test", key: "saved" };
  const staging = { url: "https://staging.test", key: "staging" };
  const dev = { url: "http://127.0.0.1:8787", key: "dev" };
  const profiles = { default: saved, staging };
  const environment = { TOCSIN_URL: "https://env.test", TOCSIN_KEY: "env" };

  it("takes flags before the environment, that before a profile, and that before the service of this folder", () => {
    const flags = given({ url: "https://flag.test", key: "flag" });
    expect(resolveTarget(flags, environment, profiles, dev)).toEqual({ url: "https://flag.test", key: "flag" });
    expect(resolveTarget(given(), environment, profiles, dev)).toEqual({ url: "https://env.test", key: "env" });
    expect(resolveTarget(given(), {}, profiles, dev)).toEqual(saved);
    expect(resolveTarget(given(), {}, {}, dev)).toEqual(dev);
  });

  it("takes the profile that a flag names before the environment", () => {
    expect(resolveTarget(given({ profile: "staging" }), environment, profiles, dev)).toEqual(staging);
    expect(resolveTarget(given(), { TOCSIN_PROFILE: "staging" }, profiles, dev)).toEqual(staging);
  });

  it("finds the key that was kept for a URL", () => {
    expect(resolveTarget(given({ url: "https://staging.test/" }), {}, profiles, dev)).toEqual(staging);
    expect(resolveTarget(given({ url: dev.url }), {}, profiles, dev)).toEqual(dev);
  });

  property.prop([fc.webUrl(), fc.constantFrom({}, { TOCSIN_PROFILE: "staging" })])(
    "sends a key that was kept to no other URL",
    (url, env) => {
      const message = (() => {
        try {
          return resolveTarget(given({ url }), env, profiles, dev).key;
        } catch (error) {
          return (error as CliError).message;
        }
      })();
      expect(message).not.toMatch(/^(saved|staging|dev)$/);
    },
  );

  it("asks to sign in where there is nothing, or no such profile", () => {
    const codeOf = (globals: GlobalValues, env = {}) => {
      try {
        resolveTarget(globals, env, profiles, null);
      } catch (error) {
        return (error as CliError).exitCode;
      }
      return null;
    };
    expect(codeOf(given({ profile: "constructor" }))).toBe(EXIT.denied);
    expect(codeOf(given(), { TOCSIN_URL: "https://other.test" })).toBe(EXIT.denied);
    expect(() => resolveTarget(given(), {}, {}, null)).toThrow("not signed in");
  });

  it("takes no URL that is more than a service's, and no key that cannot stand in a header", () => {
    expect(checkedUrl("https://a.test/tocsin/")).toBe("https://a.test/tocsin");
    for (const url of ["a.test", "ftp://a.test", "https://u:p@a.test", "https://a.test/?q=1", ""]) {
      expect(() => checkedUrl(url)).toThrow("the URL");
    }
    expect(() => checkedKey("two words")).toThrow(/^an API key is printable ASCII without blanks/);
    expect(isInTheClear("http://tocsin.example.com")).toBe(true);
    expect(isInTheClear("http://127.0.0.1:8787")).toBe(false);
    expect(isInTheClear("https://tocsin.example.com")).toBe(false);
  });
});

describe("exit codes", () => {
  it("follow from the status of the answer", () => {
    const codes = [200, 202, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503].map(exitOf);
    expect(codes).toEqual([0, 0, 1, 3, 3, 4, 1, 1, 1, 5, 1, 5, 5]);
  });

  it("of several failures tell of the one that matters most", () => {
    expect(worstOf([])).toBe(EXIT.done);
    expect(worstOf([EXIT.notFound, EXIT.failed])).toBe(EXIT.failed);
    expect(worstOf([EXIT.notFound, EXIT.unavailable, EXIT.failed])).toBe(EXIT.unavailable);
  });

  it("come with what the problem says, field by field", () => {
    const problem = { title: "No", detail: "It is not valid.", errors: [{ pointer: "/name", detail: "too long" }] };
    const refused = new RefusedError(new Response(null, { status: 400 }), problem);
    expect(refused.message).toBe("It is not valid. (/name: too long)");
    expect(refused.problem).toEqual(problem);
  });

  it("tell of an answer that is not Tocsin's, and of where it leads", () => {
    expect(new RefusedError(new Response(null, { status: 404 }), "<html>").message).toMatch(/is the URL right/);
    const moved = new Response(null, { status: 301, headers: { location: "https://b.test/" } });
    expect(new RefusedError(moved, "").message).toContain("https://b.test/");
  });
});

describe("answered", () => {
  const clientOf = (body: BodyInit, status = 200) =>
    createTocsinClient({ baseUrl: "http://x.test", fetch: () => Promise.resolve(new Response(body, { status })) });

  it("tells an answer that breaks off, and one of another program, from a refusal", async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
    const codes: number[] = [];
    for (const client of [clientOf(broken), clientOf("<html>"), clientOf("<html>", 404), clientOf("{}", 409)]) {
      await answered(client.GET("/v1/session")).catch((error: CliError) => codes.push(error.exitCode));
    }
    expect(codes).toEqual([EXIT.unavailable, EXIT.unavailable, EXIT.notFound, EXIT.failed]);
  });
});

describe("eventReader", () => {
  const read = (...pieces: string[]): Signal[] => {
    const reader = eventReader();
    return pieces.flatMap(reader);
  };

  it("reads events, their places, places without an event, and how long to wait", () => {
    expect(read("retry: 1000\n\nid: 1\n\nevent: change\nid: 2\ndata: {\ndata: }\n\n: beat\n\ndata:plain\n\n")).toEqual([
      { kind: "retry", milliseconds: 1000 },
      { kind: "place", id: "1" },
      { kind: "event", type: "change", data: "{\n}" },
      { kind: "place", id: "2" },
      { kind: "event", type: "message", data: "plain" },
    ]);
  });

  it("tells nothing of an event that was cut off", () => {
    expect(read("data: half\n")).toEqual([]);
  });

  const block = fc.record({ data: fc.array(fc.string()), id: fc.option(fc.stringMatching(/^[a-z0-9.]+$/)) });
  property.prop([
    fc.array(block),
    fc.constantFrom("\n", "\r\n", "\r"),
    fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
  ])("reads the same however the stream is cut, and whatever ends its lines", (blocks, end, sizes) => {
    const plain = (text: string) => text.replaceAll(/[\r\n]/g, "");
    const text = blocks
      .map(({ data, id }) =>
        [...(id === null ? [] : [`id: ${id}`]), ...data.map((line) => `data: ${plain(line)}`), "", ""].join(end),
      )
      .join("");
    const pieces: string[] = [];
    for (let at = 0; at < text.length; at += pieces.at(-1)!.length)
      pieces.push(text.slice(at, at + sizes.next().value));
    const expected = blocks.flatMap(({ data, id }): Signal[] => [
      ...(data.length > 0 ? [{ kind: "event" as const, type: "message", data: data.map(plain).join("\n") }] : []),
      ...(id === null ? [] : [{ kind: "place" as const, id }]),
    ]);
    // A CR at the very end may still become a CRLF: what follows decides.
    expect(read(...pieces, ":\n")).toEqual(expected);
  });
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("wholeLines", () => {
  property.prop([fc.array(fc.string({ unit: "grapheme" })), fc.infiniteStream(fc.integer({ min: 1, max: 5 }))])(
    "gives the lines of a stream however its bytes are cut",
    async (given, sizes) => {
      const texts = given.map((line) => line.replaceAll("\n", ""));
      const bytes = new TextEncoder().encode(texts.map((line) => `${line}\n`).join(""));
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += chunks.at(-1)!.length)
        chunks.push(bytes.slice(at, at + sizes.next().value));
      expect(await all(wholeLines(chunks))).toEqual(texts);
    },
  );

  it("fails where a stream ends within a line", async () => {
    await expect(all(wholeLines([new TextEncoder().encode("a\nb")]))).rejects.toThrow("within a line");
  });
});

describe("times", () => {
  const now = Date.parse("2026-10-01T12:00:00Z");

  it("are spans that count back from now, or what the API reads itself", () => {
    expect(instantOf("2h", now)).toBe("2026-10-01T10:00:00.000Z");
    expect(instantOf("1w", now)).toBe("2026-09-24T12:00:00.000Z");
    expect(instantOf("yesterday", now)).toBe("yesterday");
    expect(instantOf(undefined, now)).toBeUndefined();
    expect(parseSpan("2 h")).toBeNull();
  });

  it("are whole minutes where the API takes minutes", () => {
    expect(minutesOf("overlap", "90")).toBe(90);
    expect(minutesOf("overlap", "24h")).toBe(1440);
    for (const odd of ["90s", "soon", "-1", "1.5h"]) expect(() => minutesOf("overlap", odd)).toThrow("--overlap is");
  });

  it("tell an age in its largest unit", () => {
    const ages = [
      "2026-10-01T12:00:30Z",
      "2026-10-01T11:59:30Z",
      "2026-10-01T11:55:00Z",
      "2026-10-01T09:01:00Z",
      "2026-09-19T12:00:00Z",
    ];
    expect(ages.map((instant) => ageOf(instant, now))).toEqual(["now", "now", "5m", "2h", "12d"]);
  });
});

describe("queryText", () => {
  it("repeats lists, names labels in brackets, and leaves out what is not there", () => {
    const query = { status: ["OPEN", "CLOSED"], label: { "a b": "c&d" }, q: undefined, limit: 5 };
    expect(decodeURIComponent(queryText(query))).toBe("?status=OPEN&status=CLOSED&label[a+b]=c&d&limit=5");
    expect(queryText({ q: undefined })).toBe("");
  });
});
