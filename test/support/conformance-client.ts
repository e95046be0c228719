/** Calls every operation of a service, and creates the resources that a call needs. */
import type { ApiDocument } from "../../scripts/openapi-document.ts";
import { type Case, casesOf, resourceOf } from "./conformance.ts";
import type { KnownIds } from "./generate.ts";
import type { Call, Reply, Validator } from "./openapi.ts";
import { createIntegration, type DeliveryReply, type Demo, flushed, type ServiceAddress } from "./service.ts";

/** A key may make 1,200 requests a minute. */
const CALLS_PER_KEY = 1000;

/** The password in the examples of the document. */
const PASSWORD = "correct horse battery staple";

/** Headers of a call, and the ids to use in it. */
export interface Prepared {
  headers: Record<string, string>;
  known: KnownIds;
}

export interface ConformanceClient {
  /** Creates the credentials and resources that a call needs: new ones if the call may consume them. */
  prepare(call: Call): Promise<Prepared>;
  /** Makes one request, with a key if the operation needs credentials and the call has none. */
  request(call: Call, given: Case, headers: Record<string, string>): Promise<Reply>;
}

/** Creates a client, and one resource of every kind that a call can name. */
export async function conformanceClient(
  service: ServiceAddress,
  document: ApiDocument,
  validator: Validator,
  calls: readonly Call[],
): Promise<ConformanceClient> {
  const sources = new Map<string, Promise<Demo>>();
  let key = { value: "", calls: Infinity };
  let count = 0;
  const newEmail = (): string => `conformance-${++count}@example.com`;

  const currentKey = async (): Promise<string> => {
    if (key.calls >= CALLS_PER_KEY) {
      const body = { name: "conformance", scopes: ["admin"] };
      const created = await fetchJson<{ key: string }>("POST", "/v1/api-keys", service.rootApiKey, body);
      key = { value: created.key, calls: 0 };
    }
    key.calls++;
    return key.value;
  };
  const fetchJson = async <Body>(method: string, path: string, bearer: string, body?: unknown): Promise<Body> => {
    const response = await fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  };
  const post = async <Body>(path: string, body: unknown): Promise<Body> =>
    fetchJson<Body>("POST", path, await currentKey(), body);

  const source = (provider: string): Promise<Demo> => {
    const known = sources.get(provider);
    if (known) return known;
    const verification = { scheme: "token", in: "bearer" };
    const created = createIntegration(service, { name: provider, provider, verification });
    sources.set(provider, created);
    return created;
  };
  /** A delivery and its alert, once Postgres has both. */
  const deliver = async () => {
    const generic = await source("generic");
    const event = { title: `conformance ${++count}`, severity: "high", labels: { service: "checkout" } };
    const path = new URL(generic.ingestUrl).pathname;
    const reply = await fetchJson<DeliveryReply>("POST", path, generic.secret, event);
    await flushed(service, generic);
    return { deliveries: reply.deliveryId, alerts: reply.alerts[0]?.id };
  };
  const newPerson = async (): Promise<{ id: string; email: string }> => {
    const email = newEmail();
    const body = { email, name: "Ada Lovelace", password: PASSWORD, isPlatformAdmin: true };
    return { id: (await post<{ id: string }>("/v1/users", body)).id, email };
  };
  const requestSession = (email: string) =>
    fetch(`${service.url}/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: service.url },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
  const signIn = async (email: string): Promise<string> => {
    let response = await requestSession(email);
    // The invalid requests of other calls count as sign-in attempts of this address.
    while (response.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      response = await requestSession(email);
    }
    if (!response.ok) throw new Error(`sign in: ${response.status} ${await response.text()}`);
    const cookies = response.headers.getSetCookie();
    return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
  };
  /** Creates a resource with the example of its POST operation. @returns undefined if no operation creates it */
  const create = async (resource: string): Promise<string | undefined> => {
    if (resource === "alerts" || resource === "deliveries") return (await deliver())[resource];
    const operation = calls.find((call) => call.method === "POST" && call.path === `/v1/${resource}`);
    if (!operation) return undefined;
    const email = newEmail();
    const [example] = casesOf(document, validator, operation, (name) => (name === "email" ? email : undefined));
    const body = JSON.parse(example!.body?.text ?? "{}") as { url?: string; externalName?: string };
    // A repeat with an external name returns the resource that has it.
    if (body.externalName !== undefined) body.externalName = crypto.randomUUID();
    // A URL has few subscriptions.
    if (resource === "subscriptions") body.url = `${body.url}/${crypto.randomUUID()}`;
    return (await post<{ id: string }>(operation.path, body)).id;
  };

  /** Resources that calls which only read share, by kind. */
  const shared = new Map<string, string>();
  for (const { path, parameters } of calls) {
    for (const { name } of parameters) {
      const resource = resourceOf(name, path);
      const id = resource !== undefined && !shared.has(resource) ? await create(resource) : undefined;
      if (resource !== undefined && id !== undefined) shared.set(resource, id);
    }
  }

  return {
    async prepare(call) {
      const ids = new Map(shared);
      let headers: Record<string, string> = {};
      let email = newEmail();
      if (call.path.startsWith("/in/")) {
        const { ingestUrl, secret } = await source(providerOf(call.path));
        ids.set("ingests", ingestUrl.slice(ingestUrl.lastIndexOf("/") + 1));
        headers = { authorization: `Bearer ${secret}` };
      } else if (call.method !== "GET") {
        for (const { name } of call.parameters.filter((parameter) => parameter.in === "path")) {
          const resource = resourceOf(name, call.path);
          const id = resource && (await create(resource));
          if (id) ids.set(resource, id);
        }
      }
      if (call.path.startsWith("/v1/session") && call.security.length === 0) email = (await newPerson()).email;
      if (call.path.includes("/members/{userId}")) {
        const person = await newPerson();
        ids.set("users", person.id);
        await post(`/v1/teams/${ids.get("teams")}/members`, { email: person.email, role: "RESPONDER" });
      }
      const isForPeople = call.security.length > 0 && call.security.every((way) => !way.apiKey);
      if (isForPeople || call.path.includes("{sessionId}")) {
        const person = await newPerson();
        const cookie = await signIn(person.email);
        if (isForPeople) headers = { cookie, origin: service.url };
        const sessions = await fetchJson<{ data: { id: string }[] }>(
          "GET",
          `/v1/users/${person.id}/sessions`,
          await currentKey(),
        );
        ids.set("users", person.id).set("sessions", sessions.data[0]?.id ?? "");
      }
      const token =
        call.id === "setPassword"
          ? (await post<{ setPasswordToken: string }>("/v1/users", { email: newEmail(), name: "Ada Lovelace" }))
              .setPasswordToken
          : undefined;
      return {
        headers,
        known: (name) =>
          name === "email" ? email : name === "token" ? token : ids.get(resourceOf(name, call.path) ?? ""),
      };
    },

    async request(call, given, own) {
      const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given.path[name] ?? ""));
      const search = new URLSearchParams(given.query).toString();
      const headers = new Headers(given.kind === "anonymous" ? {} : own);
      if (call.security.length > 0 && given.kind !== "anonymous" && !headers.has("cookie")) {
        headers.set("authorization", `Bearer ${await currentKey()}`);
      }
      if (given.body) headers.set("content-type", given.body.mediaType);
      for (const [name, value] of Object.entries(given.headers)) headers.set(name, value);
      const response = await fetch(service.url + path + (search && `?${search}`), {
        method: call.method,
        headers,
        redirect: "manual",
        ...(given.body && { body: given.body.text }),
      });
      const mediaType = (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
      return { status: response.status, mediaType, headers: response.headers, text: await textOf(response, mediaType) };
    },
  };
}

/** Providers of the compatibility APIs, by the path after the ingest URL. */
const COMPATIBILITY_APIS: readonly (readonly [RegExp, string])[] = [
  [/\}\/v2\/(change\/)?enqueue$/, "pagerduty"],
  [/\/create_event\.json$/, "pagerduty-events-v1"],
  [/\}\/api\/v2\/alerts$/, "alertmanager"],
  [/\}\/v2\/alerts/, "opsgenie"],
];

const providerOf = (path: string): string =>
  COMPATIBILITY_APIS.find(([pattern]) => pattern.test(path))?.[1] ?? "generic";

/** A body; of an endless stream, its beginning. */
async function textOf(response: Response, mediaType: string): Promise<string> {
  if (mediaType !== "text/event-stream" || !response.body) return response.text();
  const reader = response.body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}
