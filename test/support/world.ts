/** A service with one thing of every kind, so that calls upon them can succeed. */
import type { ApiDocument } from "../../scripts/openapi-document.ts";
import { type Case, casesOf, resourceOf } from "./conformance.ts";
import type { KnownIds } from "./generate.ts";
import type { Call, Reply, Validator } from "./openapi.ts";
import type { Service } from "./service.ts";

/** A key may make 1,200 requests a minute. */
const CALLS_OF_A_KEY = 1000;

/** As the examples of the document have it. */
const PASSWORD = "correct horse battery staple";

/** What a call is made with. */
export interface Prepared {
  headers: Record<string, string>;
  known: KnownIds;
}

interface Source {
  id: string;
  secret: string;
}

interface Person {
  id: string;
  email: string;
}

export class World {
  readonly #service: Service;
  readonly #document: ApiDocument;
  readonly #validator: Validator;
  readonly #calls: readonly Call[];
  readonly #sources = new Map<string, Promise<Source>>();
  /** Things that are there all the time, by their kind. */
  readonly #things = new Map<string, string>();
  #key = { value: "", calls: Infinity };
  #count = 0;

  constructor(service: Service, document: ApiDocument, validator: Validator, calls: readonly Call[]) {
    this.#service = service;
    this.#document = document;
    this.#validator = validator;
    this.#calls = calls;
  }

  /** Makes one thing of every kind that a call can name. */
  async settle(): Promise<void> {
    for (const { path, parameters } of this.#calls) {
      for (const { name } of parameters) {
        const resource = resourceOf(name, path);
        if (resource === undefined || this.#things.has(resource)) continue;
        const id = await this.#make(resource);
        if (id !== undefined) this.#things.set(resource, id);
      }
    }
  }

  /** The credentials and the things of a call: things of its own where it might use them up. */
  async prepare(call: Call): Promise<Prepared> {
    const ids = new Map(this.#things);
    let headers: Record<string, string> = {};
    let email = this.#newEmail();
    if (call.path.startsWith("/in/")) {
      const { id, secret } = await this.#source(providerOf(call));
      ids.set("integrations", id);
      headers = { authorization: `Bearer ${secret}` };
    } else if (call.method !== "GET") {
      for (const { name } of call.parameters.filter((parameter) => parameter.in === "path")) {
        const resource = resourceOf(name, call.path);
        const id = resource && (await this.#make(resource));
        if (id) ids.set(resource, id);
      }
    }
    if (call.path.startsWith("/v1/session") && call.security.length === 0) email = (await this.#person()).email;
    if (call.path.includes("/members/{userId}")) await this.#join(ids);
    const isForPeople = call.security.length > 0 && call.security.every((way) => !way.apiKey);
    if (isForPeople || call.path.includes("{sessionId}")) {
      const person = await this.#person();
      const cookie = await this.#signIn(person);
      if (isForPeople) headers = { cookie, origin: this.#service.url };
      const sessions = await this.#get<{ data: { id: string }[] }>(`/v1/users/${person.id}/sessions`);
      ids.set("users", person.id).set("sessions", sessions.data[0]?.id ?? "");
    }
    const token = call.id === "setPassword" ? await this.#passwordToken() : undefined;
    return {
      headers,
      known: (name) =>
        name === "email" ? email : name === "token" ? token : ids.get(resourceOf(name, call.path) ?? ""),
    };
  }

  /** Makes one request, with a key where one is needed and the call has nothing better. */
  async request(call: Call, given: Case, own: Record<string, string>): Promise<Reply> {
    const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given.path[name] ?? ""));
    const search = new URLSearchParams(given.query).toString();
    const headers = new Headers(given.kind === "anonymous" ? {} : own);
    if (call.security.length > 0 && given.kind !== "anonymous" && !headers.has("cookie")) {
      headers.set("authorization", `Bearer ${await this.#someKey()}`);
    }
    if (given.body) headers.set("content-type", given.body.mediaType);
    for (const [name, value] of Object.entries(given.headers)) headers.set(name, value);
    const response = await fetch(this.#service.url + path + (search && `?${search}`), {
      method: call.method,
      headers,
      redirect: "manual",
      ...(given.body && { body: given.body.text }),
    });
    const mediaType = (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
    return { status: response.status, mediaType, headers: response.headers, text: await textOf(response, mediaType) };
  }

  /** A key with every scope that was not used too often. */
  async #someKey(): Promise<string> {
    if (this.#key.calls >= CALLS_OF_A_KEY) {
      const body = { name: "conformance", scopes: ["admin"] };
      const made = await this.#post<{ key: string }>("/v1/api-keys", body, this.#service.rootApiKey);
      this.#key = { value: made.key, calls: 0 };
    }
    this.#key.calls++;
    return this.#key.value;
  }

  async #post<Body>(path: string, body: unknown, bearer?: string): Promise<Body> {
    const response = await fetch(this.#service.url + path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${bearer ?? (await this.#someKey())}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }

  async #get<Body>(path: string): Promise<Body> {
    const headers = { authorization: `Bearer ${await this.#someKey()}` };
    const response = await fetch(this.#service.url + path, { headers });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  }

  /** One more of a kind: by its own POST, with the example of the document; undefined: nothing makes it. */
  async #make(resource: string): Promise<string | undefined> {
    if (resource === "alerts") return (await this.#deliver()).alertId;
    if (resource === "deliveries") return (await this.#deliver()).deliveryId;
    const create = this.#calls.find((call) => call.method === "POST" && call.path === `/v1/${resource}`);
    if (!create) return undefined;
    const email = this.#newEmail();
    const known = (name: string) => (name === "email" ? email : undefined);
    const [example] = casesOf(this.#document, this.#validator, create, known);
    return (await this.#post<{ id: string }>(create.path, JSON.parse(example!.body?.text ?? "{}"))).id;
  }

  readonly #newEmail = (): string => `conformance-${++this.#count}@example.com`;

  /** An integration that takes its secret as a bearer token, one for each provider. */
  #source(provider: string): Promise<Source> {
    const known = this.#sources.get(provider);
    if (known) return known;
    const settings = { name: provider, provider, verification: { scheme: "token", in: "bearer" } };
    const made = this.#post<Source>("/v1/integrations", settings);
    this.#sources.set(provider, made);
    return made;
  }

  /** A delivery and its alert, once both are in Postgres. */
  async #deliver(): Promise<{ deliveryId: string; alertId: string }> {
    const { id, secret } = await this.#source("generic");
    const event = { title: `conformance ${++this.#count}`, severity: "high", labels: { service: "checkout" } };
    const reply = await this.#post<{ deliveryId: string; alerts: { id: string }[] }>(`/in/${id}`, event, secret);
    for (;;) {
      const { outbox } = await this.#get<{ outbox: { rows: number } }>(`/v1/integrations/${id}`);
      if (outbox.rows === 0) return { deliveryId: reply.deliveryId, alertId: reply.alerts[0]!.id };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** A one-time token of somebody without a password. */
  async #passwordToken(): Promise<string> {
    const body = { email: this.#newEmail(), name: "Ada Lovelace" };
    return (await this.#post<{ setPasswordToken: string }>("/v1/users", body)).setPasswordToken;
  }

  /** A platform's admin who has a password. */
  async #person(): Promise<Person> {
    const body = { email: this.#newEmail(), name: "Ada Lovelace", password: PASSWORD, isPlatformAdmin: true };
    return { ...(await this.#post<{ id: string }>("/v1/users", body)), email: body.email };
  }

  /** The cookie of a new session. */
  async #signIn({ email }: Person): Promise<string> {
    const response = await fetch(`${this.#service.url}/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.#service.url },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    if (!response.ok) throw new Error(`sign in: ${response.status} ${await response.text()}`);
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
  }

  /** Makes a new user a member of the team. */
  async #join(ids: Map<string, string>): Promise<void> {
    const { id, email } = await this.#person();
    ids.set("users", id);
    await this.#post(`/v1/teams/${ids.get("teams")}/members`, { email, role: "RESPONDER" });
  }
}

/** The provider of an ingest path, from its description. */
const providerOf = ({ operation }: Call): string =>
  /provider `([\w-]+)`/.exec(operation.description ?? "")?.[1] ?? "generic";

/** A body; of a stream that does not end, its beginning. */
async function textOf(response: Response, mediaType: string): Promise<string> {
  if (mediaType !== "text/event-stream" || !response.body) return response.text();
  const reader = response.body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}
