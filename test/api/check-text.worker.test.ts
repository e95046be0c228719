/** A text that Postgres cannot store is the client's mistake in every operation: 400 with the field, never 503. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type ApiDocument, type Parameter, type Ref, resolve, type Schema } from "../../scripts/openapi-document.ts";
import { newId } from "../../src/lib/ids.ts";
import { call, createIntegration } from "../support/worker.ts";

interface Problem {
  type: string;
  errors?: { pointer: string }[];
}

const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" };
const { body: document } = await call<ApiDocument>("GET", "/openapi.json");

const operations = Object.entries(document.paths)
  .filter(([path]) => !path.startsWith("/in/") && !path.startsWith("/api/v2/"))
  .flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      query: (operation.parameters ?? [])
        .map((parameter) => resolve<Parameter>(document, parameter).value)
        .filter((parameter) => parameter.in === "query"),
      body: operation.requestBody?.content["application/json"]?.schema,
    })),
  );

/** The paths of every text in a body, each with the names of the objects around it. A schema of objects is entered once. */
function textPaths(given: Schema | Ref, path: string[] = [], entered = new Set<Schema>()): string[][] {
  const schema = resolve<Schema>(document, given).value;
  if (entered.has(schema)) return [];
  if (schema.properties || schema.oneOf) entered.add(schema);
  const of = (member: Schema | Ref, name: string) => textPaths(member, [...path, name], entered);
  return [
    ...([schema.type].flat().includes("string") ? [path] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => of(member, name)),
    ...(schema.items ? of(schema.items, "0") : []),
    ...(typeof schema.additionalProperties === "object" ? of(schema.additionalProperties, "key") : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((one) =>
      textPaths(one, path, entered),
    ),
  ];
}

/** A body with one text, as JSON; `0` is the first item of an array. */
const bodyWith = (path: readonly string[], text: string): string =>
  JSON.stringify(path.reduceRight<unknown>((value, name) => (name === "0" ? [value] : { [name]: value }), text));

const texts = operations.flatMap(({ id, method, path, body }) =>
  body
    ? [...new Set(textPaths(body).map((one) => one.join("/")))].map((pointer) => ({ id, method, path, pointer }))
    : [],
);
const parameters = operations.flatMap(({ id, method, path, query }) =>
  query.map(({ name }) => ({ id, method, path, name })),
);

const filled = (path: string) => path.replaceAll(/\{\w+\}/g, newId());

describe("a text that cannot be stored", () => {
  it("is tried in more than fifty fields and more than fifty parameters", () => {
    expect(texts.length).toBeGreaterThan(50);
    expect(parameters.length).toBeGreaterThan(50);
  });

  it.each(texts)("is rejected in the body of $id: $pointer", async ({ method, path, pointer }) => {
    for (const text of ["a\0", "\uD800 lone", "lone \uDFFF"]) {
      const body = bodyWith(pointer.split("/"), text);
      const reply = await call<Problem>(method, filled(path), { headers, body });
      expect([reply.status, reply.body.errors?.map((error) => error.pointer)]).toEqual([400, [`/${pointer}`]]);
    }
  });

  it.each(parameters)("is rejected in the query of $id: $name", async ({ method, path, name }) => {
    const reply = await call<Problem>(method, `${filled(path)}?${name}=a%00`, { headers });
    expect([reply.status, reply.body.errors?.map((error) => error.pointer)]).toEqual([400, [`/${name}`]]);
    if (path === "/v1/timeline/stream") return;
    // A surrogate that is percent-encoded is no UTF-8. The stream accepts it, and has no end.
    expect((await call(method, `${filled(path)}?${name}=%ED%A0%80`, { headers })).status).toBeLessThan(500);
  });

  it.each(operations.filter(({ path }) => path.includes("{")))(
    "is no fault of ours in the path of $id",
    async (one) => {
      for (const text of ["%00", "a%00b", "%ED%A0%80", "%FF"]) {
        const path = one.path.replaceAll(/\{\w+\}/g, text);
        const reply = await call(one.method, path, { headers: { authorization: headers.authorization } });
        // The name of a label may be any other text.
        const isName = one.path.includes("{name}") && ["%ED%A0%80", "%FF"].includes(text);
        expect(isName ? [200] : [400, 404, 415]).toContain(reply.status);
      }
    },
  );

  it("is rejected as the name and the value of a label", async () => {
    const reply = await call<Problem>("GET", "/v1/alerts?label.a%00b=c", { headers });
    expect([reply.status, reply.body.errors]).toMatchObject([400, [{ pointer: "/label.a\0b" }]]);
    expect((await call("GET", "/v1/alerts?label.a=%00", { headers })).status).toBe(400);
  });

  it("is rejected beside a valid request, and with an Idempotency-Key of any bytes", async () => {
    const { id } = await createIntegration();
    const patch = (name: string, key: string) =>
      call<Problem>("PATCH", `/v1/integrations/${id}`, {
        headers: { ...headers, "idempotency-key": key },
        body: JSON.stringify({ name }),
      });
    expect((await patch("Prod \uD83D", "k1")).status).toBe(400);
    expect((await patch("Prod 😀", "k\u00ff\u0080")).status).toBe(200);
  });

  it.each(["__proto__", String.raw`__\u0070roto__`])(
    "includes the member name %s, which schemas leave out without an error",
    async (name) => {
      for (const [method, path, body, pointer] of [
        [
          "POST",
          "/v1/alerts/bulk",
          `{"status":"CLOSED","filter":{"labels":{"${name}":"x"}}}`,
          "/filter/labels/__proto__",
        ],
        ["POST", "/v1/subscriptions", `{"${name}":1}`, "/__proto__"],
        [
          "POST",
          "/v1/integrations",
          `{"name":"x","provider":"custom","mapping":{"language":"paths","title":[{"at":"a"}],"metadata":{"${name}":[{"at":"a"}]}}}`,
          "/mapping/metadata/__proto__",
        ],
      ] as const) {
        const reply = await call<Problem>(method, path, { headers, body });
        expect([reply.status, reply.body.errors?.map((error) => error.pointer)]).toEqual([400, [pointer]]);
      }
    },
  );
});
