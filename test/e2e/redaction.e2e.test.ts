/** No secret appears in logs, in stored data or in replies, in any encoding. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startPostgres, type TestPostgres } from "../../scripts/lib/postgres.ts";
import { type Service, startService } from "../support/service.ts";

const DATABASE_PASSWORD = "a-database-password-1f0c";
const PERSONS_PASSWORD = "correct horse battery staple 7d2e";
const OTHER_PASSWORD = "a wrong password of somebody 5b9a";

let postgres: TestPostgres;
let service: Service;
const secrets = new Map<string, string>();
/** Replies, except those that show a secret once. */
const answers: string[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const url = new URL(postgres.url);
  url.password = DATABASE_PASSWORD;
  service = await startService({ DATABASE_URL: url.href });
});
afterAll(async () => {
  await service.stop();
  await postgres.stop();
  rmSync(service.stateDirectory, { recursive: true });
});

interface Ask {
  headers?: Record<string, string>;
  body?: unknown;
}

async function ask(method: string, route: string, { headers = {}, body }: Ask = {}) {
  const response = await fetch(service.url + route, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Makes a request whose reply must show no secret. */
async function exchange(method: string, route: string, given: Ask = {}): Promise<Record<string, unknown>> {
  const { text, headers } = await ask(method, route, given);
  answers.push(text, JSON.stringify([...headers]));
  return /^[[{]/.test(text) ? (JSON.parse(text) as Record<string, unknown>) : {};
}

/** Makes a request whose reply shows a secret once, and records the secret. */
async function shown(name: string, field: string, route: string, body: unknown): Promise<Record<string, string>> {
  const { text, status } = await ask("POST", route, { headers: { ...asRoot(), "idempotency-key": name }, body });
  if (status >= 300) throw new Error(`${route}: ${status} ${text}`);
  const reply = JSON.parse(text) as Record<string, string>;
  secrets.set(name, reply[field] ?? "");
  return reply;
}

const asRoot = () => ({ authorization: `Bearer ${service.rootApiKey}` });

const NAME = "x-very-own";

/** Every location of a token, and how it is sent there. */
const PLACES: Record<string, { settings: object; send: (path: string, token: string) => Promise<unknown> }> = {
  bearer: {
    settings: { scheme: "token" },
    send: (path, token) => exchange("POST", path, { headers: { authorization: `Bearer ${token}` }, body: event(path) }),
  },
  basic: {
    settings: { scheme: "token" },
    send: (path, token) =>
      exchange("POST", path, { headers: { authorization: `Basic ${btoa(`me:${token}`)}` }, body: event(path) }),
  },
  header: {
    settings: { scheme: "token", in: "header", name: NAME },
    send: (path, token) => exchange("POST", path, { headers: { [NAME]: token }, body: event(path) }),
  },
  query: {
    settings: { scheme: "token", in: "query", name: "key" },
    send: (path, token) => exchange("POST", `${path}?key=${encodeURIComponent(token)}`, { body: event(path) }),
  },
  body: {
    settings: { scheme: "token", in: "body", name: "key" },
    send: (path, token) => exchange("POST", path, { body: { ...event(path), key: token, again: `so ${token} it is` } }),
  },
};

const CANARY = `canary-${crypto.randomUUID()}`;

const event = (id: string) => ({ id, title: `Found by the search: ${CANARY}` });

async function useTokens(): Promise<string[]> {
  const ids: string[] = [];
  for (const [place, { settings, send }] of Object.entries(PLACES)) {
    // Characters that JSON, forms and URLs encode differently.
    const own = `tok/en+${place}=${crypto.randomUUID()}`;
    const { id = "", ingestUrl = "" } = await shown(`token in ${place}`, "secret", "/v1/integrations", {
      name: place,
      provider: "generic",
      verification: settings,
      secret: own,
    });
    const path = new URL(ingestUrl).pathname;
    await send(path, own);
    const guess = `a-wrong-guess-${crypto.randomUUID()}`;
    secrets.set(`guess in ${place}`, place === "body" ? own : guess);
    if (place !== "body") await send(path, guess);
    ids.push(id);
  }
  return ids;
}

async function usePeople(): Promise<void> {
  const email = "ada@example.com";
  secrets.set("password", PERSONS_PASSWORD).set("wrong password", OTHER_PASSWORD);
  const { id } = await shown("password token", "setPasswordToken", "/v1/users", {
    email,
    name: "Ada",
    isPlatformAdmin: true,
  });
  const token = secrets.get("password token");
  await exchange("POST", "/v1/session/password", { body: { token, newPassword: PERSONS_PASSWORD } });
  await exchange("POST", "/v1/session/password", { body: { token, newPassword: OTHER_PASSWORD } });
  const signIn = (password: string) =>
    ask("POST", "/v1/session", { headers: { origin: service.url }, body: { email, password } });
  answers.push((await signIn(OTHER_PASSWORD)).text);
  const session = await signIn(PERSONS_PASSWORD);
  answers.push(session.text);
  const [cookie = ""] = session.headers.getSetCookie().map((set) => set.split(";")[0]);
  secrets.set("session", decodeURIComponent(cookie.split("=")[1] ?? ""));
  secrets.set("session without its signature", secrets.get("session")?.split(".")[0] ?? "");
  await exchange("GET", "/v1/session", { headers: { cookie } });
  await exchange("GET", `/v1/users/${id}/sessions`, { headers: { cookie } });
  await exchange("POST", "/v1/teams", {
    headers: { cookie, origin: "https://elsewhere.test" },
    body: { name: "forged" },
  });
}

async function useKeys(): Promise<void> {
  await shown("API key", "key", "/v1/api-keys", { name: "x", scopes: ["admin"] });
  const authorization = `Bearer ${secrets.get("API key")}`;
  secrets.set("wrong key", "tcs_wrong-key-that-nobody-made-93ab");
  await exchange("GET", "/v1/alerts", { headers: { authorization } });
  await exchange("GET", "/v1/alerts", { headers: { authorization: "Bearer tcs_wrong-key-that-nobody-made-93ab" } });
  await exchange("POST", "/v1/alerts/bulk", { headers: { authorization }, body: "{ no JSON" });
}

/** Sends to an endpoint that answers with everything that it received. */
async function useSubscriptions(): Promise<void> {
  const endpoint = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => response.writeHead(400).end(JSON.stringify(request.headers) + body));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
  const [header, presetKey] = ["he/ad+er-of-the-endpoint-4e1b", "key-of-the-product-91d7"];
  secrets.set("custom header", header).set("key of a preset", presetKey);
  const { id } = await shown("secret of a subscription", "secret", "/v1/subscriptions", {
    name: "Echo",
    url,
    preset: "pagerduty",
    presetKey,
    headers: { "X-Team": header },
  });
  const as = { headers: asRoot() };
  await exchange("PATCH", `/v1/subscriptions/${id}`, {
    ...as,
    body: { headers: { "x-team": "[redacted]", "x-b": header } },
  });
  await exchange("PATCH", `/v1/subscriptions/${id}`, {
    ...as,
    body: { headers: { host: header }, presetKey: `${presetKey} ` },
  });
  const test = await exchange("POST", `/v1/subscriptions/${id}/test`, as);
  const attempt = await exchange("GET", `/v1/subscriptions/${id}/attempts/${String(test.attemptId)}`, as);
  expect(attempt).toMatchObject({ outcome: "failed", response: { body: expect.stringContaining("x-team") } });
  await exchange("POST", `/v1/subscriptions/${id}/dry-run`, { ...as, body: { type: "CREATED" } });
  await exchange("GET", "/v1/subscriptions?include=state", as);
  endpoint.close();
}

/** Causes errors, whose texts could contain queries with parameters and quarantined rows. */
async function useWithoutPostgres(): Promise<void> {
  await postgres.halt();
  const secret = "given-when-nobody-could-keep-it-66c1";
  secrets.set("secret of an integration that could not be made", secret);
  await exchange("POST", "/v1/integrations", { headers: asRoot(), body: { name: "x", provider: "generic", secret } });
  await exchange("GET", "/v1/alerts", { headers: { authorization: `Bearer ${secrets.get("API key")}` } });
  const body = JSON.stringify({ title: "while Postgres is away" });
  const signature = createHmac("sha256", service.demo.secret).update(body).digest("hex");
  secrets.set("signature", signature);
  await exchange("POST", new URL(service.demo.ingestUrl).pathname, {
    headers: { "x-webhook-signature": signature },
    body,
  });
  while (!service.output().includes("flush failed")) await new Promise((resolve) => setTimeout(resolve, 20));
  await postgres.resume();
}

async function everythingListed(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    for (let waits = true; waits;) {
      const { outbox } = (await exchange("GET", `/v1/integrations/${id}`, { headers: asRoot() })) as {
        outbox: { rows: number };
      };
      waits = outbox.rows > 0;
    }
  }
  const { data } = (await exchange("GET", "/v1/deliveries?limit=200", { headers: asRoot() })) as {
    data: { id: string }[];
  };
  expect(data.length).toBeGreaterThanOrEqual(2 * ids.length - 1);
  for (const { id } of data) {
    await exchange("GET", `/v1/deliveries/${id}`, { headers: asRoot() });
    await exchange("GET", `/v1/deliveries/${id}/payload`, { headers: asRoot() });
    await exchange("POST", `/v1/deliveries/${id}/replay`, { headers: asRoot(), body: {} });
  }
  for (const route of ["alerts", "integrations", "users", "teams", "api-keys", "audit-events", "stats"]) {
    await exchange("GET", `/v1/${route}`, { headers: asRoot() });
  }
}

/** Every row of every table, as text. */
async function rowsOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    // Text unchanged, and bytes decoded as text.
    const rows = await client.query<Record<string, unknown>>(`select t::text as row, t.* from ${name} t`);
    for (const row of rows.rows) {
      texts.push(
        ...Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value))),
      );
    }
  }
  await client.end();
  return texts.join("\n");
}

/** Files under a directory, without those that hold the secrets of the service. */
function filesUnder(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(directory, name))
    .filter((file) => statSync(file).isFile() && !["secrets.json", "dev.json"].includes(path.basename(file)))
    .map((file) => readFileSync(file, "latin1"))
    .join("\n");
}

/** Encodings of a secret. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("/", "\\/"),
    encodeURIComponent(secret),
    bytes.toString("hex"),
    // Only the middle of the base64: its ends depend on the surrounding bytes.
    bytes.toString("base64").slice(0, -4),
    btoa(`me:${secret}`).slice(0, -4),
  ];
}

it("no secret is in logs, rows, Durable Objects or replies", async () => {
  const { encryptionKeys, authSecret } = JSON.parse(
    readFileSync(path.join(service.stateDirectory, "secrets.json"), "utf8"),
  ) as { encryptionKeys: string; authSecret: string };
  secrets
    .set("root key", service.rootApiKey)
    .set("encryption key", encryptionKeys.split(":")[1] ?? "")
    .set("auth secret", authSecret)
    .set("database password", DATABASE_PASSWORD)
    .set("demo secret", service.demo.secret);
  for (const verification of [{ scheme: "hmac" }, { scheme: "standard-webhooks" }]) {
    const made = await shown(verification.scheme, "secret", "/v1/integrations", {
      name: "x",
      provider: "generic",
      verification,
    });
    await shown(`${verification.scheme}, the next`, "secret", `/v1/integrations/${made.id}/rotate-secret`, {});
    await exchange("POST", `/v1/integrations/${made.id}/test`, { headers: asRoot() });
  }
  const ids = await useTokens();
  await useKeys();
  await useSubscriptions();
  await usePeople();
  await useWithoutPostgres();
  await everythingListed(ids);

  // `npm start` prints the root key for its user, before the first request.
  const log = service.output().slice(service.output().indexOf("Ctrl-C stops it"));
  const places = {
    log,
    rows: await rowsOf(postgres.url),
    objects: filesUnder(service.stateDirectory),
    answers: answers.join("\n"),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    [...secrets]
      .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
      .map(([name]) => `${name} in ${place}`),
  );
  expect(found).toEqual([]);

  // The search works: it finds other values in each place.
  expect([...secrets].filter(([, secret]) => secret.length < 16)).toEqual([]);
  for (const place of ["rows", "objects", "answers"] as const) expect(places[place]).toContain(CANARY);
  expect(log).toContain("flush failed");
});
