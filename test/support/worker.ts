/** Helpers of the tests inside workerd. They call the Worker over HTTP, as its users do. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, inject } from "vitest";
import worker from "../../src/index.ts";
import { toIngestId } from "../../src/lib/ingest-id.ts";
import type { Integration } from "../../src/objects/integration/object.ts";
import { importHmacKeyForSigning } from "./sign.ts";
import type { DatabaseMode } from "./global-setup.ts";

const ORIGIN = "https://tocsin.test";

const ADDRESS = "cf-connecting-ip";

/** A client address for each test, with a /64 of its own: failures are limited for each, and the tests share a runtime. */
function ownAddress(): string {
  const name = expect.getState().currentTestName ?? "";
  let hash = 0;
  for (const char of name) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
  return `2001:db8:${(hash >>> 16).toString(16)}:${(hash & 0xffff).toString(16)}::1`;
}

interface Reply<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export async function call<Body = Record<string, unknown>>(
  method: string,
  path: string,
  init: { headers?: Record<string, string>; body?: BodyInit; redirect?: "manual" | "follow" } = {},
): Promise<Reply<Body>> {
  const worker = (exports as unknown as { default: Fetcher }).default;
  const request = new Request(ORIGIN + path, { method, ...init });
  if (!request.headers.has(ADDRESS)) request.headers.set(ADDRESS, ownAddress());
  const response = await worker.fetch(request);
  const text = await response.text();
  const isJson = text !== "" && /[/+]json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
}

/** Calls the Worker with GET. @returns the unread response */
export const ask = (path: string, headers: Record<string, string>): Promise<Response> =>
  (exports as unknown as { default: Fetcher }).default.fetch(new Request(ORIGIN + path, { headers }));

/** Calls /v1 with the root key. */
export const api = <Body = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply<Body>> =>
  call<Body>(method, path, {
    headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

export interface TestIntegration {
  id: string;
  secret: string;
}

/** Creates an integration; by default of the provider `generic`, with HMAC signatures. */
export async function createIntegration(settings: Record<string, unknown> = {}): Promise<TestIntegration> {
  const { status, body } = await api<TestIntegration>("POST", "/v1/integrations", {
    name: "test",
    provider: "generic",
    ...settings,
  });
  if (status !== 201) throw new Error(`create integration: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** The path of an integration's ingest URL. */
export const ingestPath = ({ id }: Pick<TestIntegration, "id">): string => `/in/${toIngestId(id, env.INGEST_TAG_KEYS)}`;

export interface DeliveryReply {
  deliveryId: string;
  status: "accepted" | "duplicate";
  reason: string;
  duplicateOf?: string;
  alerts: { id: string | null; outcome: string; detail?: string }[];
  detail?: string;
}

/** Signs a body and sends it to an integration with the default `hmac` scheme. Values other than text and bytes become JSON. */
export async function deliver(
  { id, secret }: TestIntegration,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply<DeliveryReply>> {
  const bytes =
    body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
  const signature = await crypto.subtle.sign("HMAC", await importHmacKeyForSigning(secret), bytes);
  return call<DeliveryReply>("POST", ingestPath({ id }), {
    headers: { "content-type": "application/json", "x-webhook-signature": `sha256=${hex(signature)}`, ...headers },
    body: bytes,
  });
}

/** Sends a body to an integration of the `token` scheme. */
export const deliverWithToken = (
  { id, secret }: TestIntegration,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply<DeliveryReply>> =>
  call<DeliveryReply>("POST", ingestPath({ id }), {
    headers: { "content-type": "application/json", authorization: `Bearer ${secret}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const hex = (buffer: ArrayBuffer): string =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The object of an integration. */
export const objectOf = ({ id }: Pick<TestIntegration, "id">): DurableObjectStub<Integration> =>
  env.INTEGRATIONS.getByName(id);

/** Waits until a condition holds. The time limit of the test applies. */
export async function until<T>(check: () => Promise<T | false | null | undefined>): Promise<T> {
  for (;;) {
    const result = await check();
    if (result) return result;
    await scheduler.wait(5);
  }
}

/** Waits until the outbox of the integration is empty. */
export const flushed = (integration: TestIntegration): Promise<boolean> =>
  until(async () => (await objectOf(integration).getStats()).rows === 0);

export interface Alert {
  acknowledgedBy: { type: string; id: string | null; name: string | null } | null;
  snoozedUntil: string | null;
  id: string;
  status: string;
  title: string;
  severity: string;
  occurrences: number;
  version: number;
  lastSeenAt: string;
  [field: string]: unknown;
}

export interface Delivery {
  id: string;
  status: string;
  statusCode: number;
  alertId: string | null;
  reason: string;
  [field: string]: unknown;
}

async function listAll<Item>(path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Reply<{ data: Item[]; nextCursor: string | null }> = await api(
      "GET",
      `${path}&limit=200${cursor && `&cursor=${cursor}`}`,
    );
    if (page.status !== 200) throw new Error(`${path}: ${page.status} ${JSON.stringify(page.body)}`);
    items.push(...page.body.data);
    cursor = page.body.nextCursor;
  }
  return items;
}

/** All alerts of an integration, once its outbox is empty. */
export async function alertsOf(integration: TestIntegration): Promise<Alert[]> {
  await flushed(integration);
  return listAll<Alert>(`/v1/alerts?muted=any&integrationId=${integration.id}`);
}

/** All deliveries of an integration, once its outbox is empty. */
export async function deliveriesOf(integration: TestIntegration): Promise<Delivery[]> {
  await flushed(integration);
  return listAll<Delivery>(`/v1/deliveries?integrationId=${integration.id}`);
}

/** Runs work while the database fails. */
export async function withDatabase<T>(mode: DatabaseMode, work: () => Promise<T>): Promise<T> {
  const set = (to: DatabaseMode) => fetch(inject("databaseControlUrl"), { method: "POST", body: to });
  await set(mode);
  try {
    return await work();
  } finally {
    await set("up");
  }
}

/** How many requests Postgres gets during work. */
export async function countDatabaseRequests(work: () => Promise<unknown>): Promise<number> {
  const count = async () => Number(await (await fetch(inject("databaseControlUrl"))).text());
  const before = await count();
  await work();
  return (await count()) - before;
}

/** The bindings of the Worker, with calls to objects of integrations that fail on their way. */
export function withLostCalls(isLost: (name: string, method: string) => boolean): Env {
  const lossy = (name: string, stub: object) =>
    new Proxy(stub, {
      get: (target, method) =>
        isLost(name, String(method))
          ? () => Promise.reject(new Error("Network connection lost."))
          : (Reflect.get(target, method) as unknown),
    });
  const { INTEGRATIONS } = env;
  const getByName = (name: string) => lossy(name, INTEGRATIONS.getByName(name));
  return { ...env, INTEGRATIONS: { getByName } as unknown as typeof INTEGRATIONS };
}

/** The bindings of the Worker, and the location hint of each call to an object of an integration, by its name. */
export function withRecordedLocations(): { bindings: Env; locations: Map<string, (string | undefined)[]> } {
  const { INTEGRATIONS } = env;
  const locations = new Map<string, (string | undefined)[]>();
  const getByName = (name: string, options: DurableObjectNamespaceGetDurableObjectOptions = {}) => {
    locations.set(name, [...(locations.get(name) ?? []), options.locationHint]);
    return INTEGRATIONS.getByName(name, options);
  };
  return { bindings: { ...env, INTEGRATIONS: { getByName } as unknown as typeof INTEGRATIONS }, locations };
}

/** Calls /v1 of a Worker with these bindings, with the root key. */
export async function apiWith<Body = Record<string, unknown>>(
  bindings: Env,
  method: string,
  path: string,
  body: unknown = {},
): Promise<{ status: number; body: Body }> {
  const context = createExecutionContext();
  const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" };
  const request = new Request(ORIGIN + path, { method, headers, body: JSON.stringify(body) });
  const response = await worker.fetch(request, bindings, context);
  const text = await response.text();
  await waitOnExecutionContext(context);
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Body };
}
