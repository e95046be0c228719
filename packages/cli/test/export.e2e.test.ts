/** The exports against a small server: NDJSON, the oldest row first. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { examplesOf } from "./support/examples.ts";
import { bash, newFolder, hasTerminals, onTerminal, tocsin } from "./support/run.ts";

/** Two rows each have the same time, as the rows of one batch do. */
const items = Array.from({ length: 10 }, (_, at) => {
  const time = new Date(Date.UTC(2026, 9, 1, 12, Math.floor(at / 2))).toISOString();
  return { id: `0190000${at}`, title: `Päge ${at}`, triggeredAt: time, receivedAt: time };
});

let url: string;
let requests: URL[];
/** Cuts the response within a row after this many rows; null sends it whole. */
let cutAfter: number | null;
/** The row of the cursor has expired. */
let isExpired: boolean;

const server = createServer((request, response) =>
  answer(new URL(request.url ?? "", "http://x"), request.headers.authorization, response),
);

function answer(asked: URL, authorization: string | undefined, response: ServerResponse): void {
  requests.push(asked);
  if (authorization !== "Bearer key") {
    response.writeHead(401, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ title: "Unauthorized", status: 401, detail: "Missing or invalid API key." }));
    return;
  }
  const since = Date.parse(asked.searchParams.get("since") ?? "1970-01-01T00:00:00Z");
  const cursor = asked.searchParams.get("cursor");
  const from = cursor === null ? 0 : items.findIndex(({ id }) => id === cursor) + 1;
  if (isExpired && cursor !== null) {
    response.writeHead(400, { "content-type": "application/problem+json" });
    response.end(
      JSON.stringify({
        status: 400,
        detail: "Unknown cursor.",
        errors: [{ pointer: "/cursor", detail: "unknown row" }],
      }),
    );
    return;
  }
  const lines = items
    .slice(from)
    .filter(({ triggeredAt }) => Date.parse(triggeredAt) >= since)
    .map((item) => `${JSON.stringify(item)}\n`);
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  if (cutAfter === null) {
    response.end(lines.join(""));
    return;
  }
  const part = lines.slice(0, cutAfter).join("") + (lines[cutAfter] ?? "").slice(0, 12);
  response.write(part, () => response.destroy());
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  requests = [];
  cutAfter = null;
  isExpired = false;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const env = () => ({ TOCSIN_URL: url, TOCSIN_KEY: "key" });
const whole = items.map((item) => `${JSON.stringify(item)}\n`).join("");

describe.each([
  [
    "alerts",
    "/v1/alerts/export",
    ["--severity", "high", "--status", "open,closed", "--label", "service=checkout"],
    "?since=2026-10-01T12%3A00%3A00Z&status=OPEN&status=CLOSED&severity=HIGH&label=service%3Dcheckout",
  ],
  [
    "deliveries",
    "/v1/deliveries/export",
    ["--status", "rejected", "--alert", "a1"],
    "?since=2026-10-01T12%3A00%3A00Z&status=REJECTED&alertId=a1",
  ],
])("tocsin %s export", (what, route, filters, query) => {
  it("writes each row as it arrives, and passes the filters to the API", async () => {
    const ran = await tocsin([what, "export", "--since", "2026-10-01T12:00:00Z", ...filters], { env: env() });
    expect(ran).toEqual({
      exitCode: 0,
      stdout: whole,
      stderr: expect.stringMatching(new RegExp(`^10 ${what}, \\d+/s\n$`)),
    });
    expect(requests.map(({ pathname, search }) => pathname + search)).toEqual([route + query]);
    expect((await tocsin([what, "export", "--json"], { env: env() })).stderr).toBe("");
  });

  it.each([false, true])(
    "keeps the rows of an interrupted stream, reports its progress, and resumes there (row expired: %s)",
    async (isGone) => {
      const cwd = newFolder();
      const file = path.join(cwd, "out.ndjson");
      cutAfter = 5;
      const broken = await tocsin([what, "export", "--output", "out.ndjson"], { env: env(), cwd });
      expect(broken).toMatchObject({ exitCode: 5, stdout: "" });
      expect(broken.stderr).toMatch(
        new RegExp(
          `^tocsin: The export was interrupted after 5 ${what}, the last of 2026-10-01T12:02:00.000Z .*--resume, or with --since 2026-10-01T12:02:00.000Z`,
        ),
      );
      expect(readFileSync(file, "utf8")).toBe(
        whole
          .split("\n")
          .slice(0, 5)
          .map((line) => `${line}\n`)
          .join(""),
      );

      // A crash may leave an incomplete row.
      appendFileSync(file, '{"id":"half');
      cutAfter = null;
      isExpired = isGone;
      const resumed = await tocsin([what, "export", "--output", "out.ndjson", "--resume"], { env: env(), cwd });
      expect(resumed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`5 ${what}, `) });
      expect(requests.map(({ search }) => search)).toEqual([
        "",
        "?since=2026-10-01T12%3A02%3A00.000Z&cursor=01900004",
        ...(isGone ? ["?since=2026-10-01T12%3A02%3A00.000Z"] : []),
      ]);
      expect(readFileSync(file, "utf8")).toBe(whole);
    },
  );
});

describe("tocsin alerts export", () => {
  it("names the cursor to continue with if there is no file", async () => {
    cutAfter = 3;
    const { exitCode, stdout, stderr } = await tocsin(["alerts", "export"], { env: env() });
    expect(exitCode).toBe(5);
    expect(stdout.split("\n")).toHaveLength(4);
    expect(stderr).toContain("--cursor 01900002, or with --since 2026-10-01T12:01:00.000Z");
    cutAfter = null;
    const rest = await tocsin(["alerts", "export", "--cursor", "01900002"], { env: env() });
    expect(stdout + rest.stdout).toBe(whole);
    cutAfter = 0;
    expect((await tocsin(["alerts", "export"], { env: env() })).stderr).toContain("interrupted before the first");
  });

  it("replaces the content of the file only after the service responded", async () => {
    const cwd = newFolder();
    writeFileSync(path.join(cwd, "out.ndjson"), "old\n");
    const words = ["alerts", "export", "--output", "out.ndjson"];
    expect(await tocsin(words, { env: { ...env(), TOCSIN_KEY: "wrong" }, cwd })).toMatchObject({
      exitCode: 3,
      stderr: "tocsin: Missing or invalid API key.\n",
    });
    expect(readFileSync(path.join(cwd, "out.ndjson"), "utf8")).toBe("old\n");
    expect((await tocsin(words, { env: env(), cwd })).exitCode).toBe(0);
    expect(readFileSync(path.join(cwd, "out.ndjson"), "utf8")).toBe(whole);
  });

  it("fails if it cannot write, or if the file is not an export", async () => {
    const cwd = newFolder();
    const failed = await tocsin(["alerts", "export", "--output", "missing/out.ndjson"], { env: env(), cwd });
    expect(failed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Cannot write missing/out.ndjson"),
    });
    expect((await tocsin(["alerts", "export", "--resume"], { env: env(), cwd })).exitCode).toBe(2);
    writeFileSync(path.join(cwd, "other.txt"), "no export\n");
    expect(
      (await tocsin(["alerts", "export", "--resume", "--output", "other.txt"], { env: env(), cwd })).exitCode,
    ).toBe(1);
    expect(readFileSync(path.join(cwd, "other.txt"), "utf8")).toBe("no export\n");
  });

  it("succeeds when its reader closes the pipe", async () => {
    expect(await bash("tocsin alerts export --json | head -n 1", { env: env() })).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
  });

  it.skipIf(!hasTerminals)("shows its progress on a terminal", async () => {
    const cwd = newFolder();
    const { exitCode, screen } = await onTerminal("tocsin alerts export --output out.ndjson", { env: env(), cwd })
      .ended;
    expect(exitCode).toBe(0);
    expect(screen).toMatch(/alerts: \d+, \d+\/s/);
    expect(screen).toMatch(/10 alerts, \d+\/s\r\n$/);
    expect(existsSync(path.join(cwd, "out.ndjson"))).toBe(true);
  });
});

describe("the examples of the help", () => {
  it.each(examplesOf(/ export$/))("run unchanged: %s", async (example) => {
    expect(await bash(example, { env: env(), cwd: newFolder() })).toMatchObject({ exitCode: 0 });
  });
});
