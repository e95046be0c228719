import { describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { openApiDocument } from "../../src/api/document.ts";
import { type ApiDocument, type Parameter, type Ref, resolve, type Schema } from "../../scripts/openapi-document.ts";
import { SCOPES } from "../../src/lib/principal.ts";
import { call } from "../support/worker.ts";

const document = openApiDocument(createApp()) as unknown as ApiDocument;

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method, path, operation, id: operation.operationId })),
);

describe("the OpenAPI document", () => {
  it("is served", async () => {
    const { status, headers, body } = await call("GET", "/openapi.json");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("gives every operation an id of its own", () => {
    const ids = operations.map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("describes every tag that is used", () => {
    const described = new Set(document.tags.filter(({ description }) => description).map(({ name }) => name));
    expect(operations.flatMap(({ operation }) => operation.tags).filter((tag) => !described.has(tag))).toEqual([]);
  });

  it("names no scope that there is not", () => {
    const named = operations.flatMap(({ operation }) =>
      (operation.security ?? []).flatMap(({ apiKey }) => apiKey ?? []),
    );
    expect([...new Set(named)].filter((scope) => !SCOPES.some((known) => known === scope))).toEqual([]);
  });
});

describe.each(operations)("$id ($method $path)", ({ method, path, operation }) => {
  const statuses = Object.keys(operation.responses);
  const isOpen = operation.security?.length === 0;

  it("says what it does, for whom, and what it answers", () => {
    expect(operation.summary).toEqual(expect.any(String));
    expect(operation.tags).toHaveLength(1);
    expect(operation.security, "security").toBeDefined();
    expect(statuses.some((status) => /^[23]/.test(status))).toBe(true);
  });

  it("declares its errors as problem details", () => {
    if (!isOpen) expect(statuses).toEqual(expect.arrayContaining(["400", "401", "403", "429"]));
    const errors = statuses.filter((status) => /^[45]/.test(status));
    const types = errors.map((status) => [status, ...Object.keys(operation.responses[status]?.content ?? {})]);
    // A call of another service's API is refused in that one's words, unless it is none of its calls.
    expect(types.filter((declared) => !declared.includes("application/problem+json"))).toEqual([]);
  });

  it("declares what an `Idempotency-Key` may lead to", () => {
    if (method !== "post" || isOpen) return;
    expect(operation.parameters).toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
    expect(statuses).toEqual(expect.arrayContaining(["409", "422"]));
  });

  it("declares what becomes of a body that cannot be taken", () => {
    if (!operation.requestBody || isOpen) return;
    expect(statuses).toEqual(expect.arrayContaining(["400", "413", "415"]));
  });

  it("explains every parameter and every field of its body", () => {
    const parameters = (operation.parameters ?? []).map((given) => resolve<Parameter>(document, given).value);
    const mute = parameters
      .filter(({ description, schema = {} }) => !description && !explains(schema))
      .map(({ name }) => name);
    const bodies = Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema ?? {});
    expect([...mute, ...bodies.flatMap((schema) => muteFields(schema, ""))]).toEqual([]);
    for (const [, name] of path.matchAll(/\{(\w+)\}/g))
      expect(parameters.map((parameter) => parameter.name)).toContain(name);
  });
});

/** Whether a schema says by itself what it is for. */
function explains(given: Schema | Ref): boolean {
  const { name, value } = resolve<Schema>(document, given);
  if (name !== null || value.description || value.example !== undefined || value.const !== undefined) return true;
  return (value.enum ?? value.allOf ?? value.properties) !== undefined;
}

function muteFields(given: Schema | Ref, at: string): string[] {
  const { value } = resolve<Schema>(document, given);
  const parts = [
    ...(value.allOf ?? []),
    ...(value.oneOf ?? []),
    ...(value.anyOf ?? []),
    ...(value.items ? [value.items] : []),
  ];
  return [
    ...parts.flatMap((part) => muteFields(part, at)),
    ...Object.entries(value.properties ?? {}).flatMap(([name, property]) => [
      ...(explains(property) ? [] : [`${at}/${name}`]),
      ...muteFields(property, `${at}/${name}`),
    ]),
  ];
}
