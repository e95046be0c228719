/** Rules of every operation of the document. Those of its schemas are in schemas.test.ts. */
import { describe, expect, it } from "vitest";
import {
  type Answer,
  type Operation,
  type Parameter,
  type Ref,
  resolve,
  type Schema,
} from "../../../scripts/openapi-document.ts";
import { SCOPES } from "../../../src/lib/principal.ts";
import { app, document, operations } from "./document.ts";

describe("the OpenAPI document", () => {
  it("is served at /openapi.json", async () => {
    const response = await app.request("/openapi.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual(document);
  });

  it("has a distinct id for every operation", () => {
    const ids = operations.map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("describes every tag of an operation", () => {
    const described = new Set(document.tags.filter(({ description }) => description).map(({ name }) => name));
    expect(operations.flatMap(({ operation }) => operation.tags).filter((tag) => !described.has(tag))).toEqual([]);
  });

  it("has thousands separators in its texts", () => {
    const texts = [...JSON.stringify(document).matchAll(/"(?:summary|description)":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, text]) => text,
    );
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts.filter((text = "") => /\d{4}/.test(text.replaceAll(/`[^`]*`|RFC \d+/g, "")))).toEqual([]);
  });

  it("contains only known scopes", () => {
    const named = operations.flatMap(({ operation }) =>
      (operation.security ?? []).flatMap(({ apiKey }) => apiKey ?? []),
    );
    expect([...new Set(named)].filter((scope) => !SCOPES.some((known) => known === scope))).toEqual([]);
  });
});

describe.each(operations)("$id ($method $path)", ({ method, path, operation }) => {
  const statuses = Object.keys(operation.responses);
  const isOpen = operation.security?.length === 0;

  it("has a summary of at most five words in Title Case, a tag, scopes and a success response", () => {
    expect(operation.summary).toMatch(/^[A-Z][\w-]*( [A-Z][\w-]*){0,4}$/);
    expect(operation.tags).toHaveLength(1);
    expect(operation.security, "security").toBeDefined();
    expect(statuses.some((status) => /^[23]/.test(status))).toBe(true);
  });

  it("declares its errors as problem details", () => {
    if (!isOpen) expect(statuses).toEqual(expect.arrayContaining(["400", "401", "403", "429"]));
    const errors = statuses.filter((status) => /^[45]/.test(status));
    const types = errors.map((status) => [status, ...Object.keys(responseTo(operation, status).content ?? {})]);
    // Compatibility APIs declare the format of the other API as well; the errors of Alertmanager's are texts.
    const expected = path.startsWith("/api/v2/") ? "application/json" : "application/problem+json";
    expect(types.filter((declared) => !declared.includes(expected))).toEqual([]);
  });

  it("declares `Idempotency-Key` and its errors if it changes something", () => {
    if (method === "get" || isOpen) return;
    expect(operation.parameters).toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
    expect(statuses).toEqual(expect.arrayContaining(["409", "422"]));
  });

  it("declares the headers of its responses", () => {
    const headersOf = (status: string) => Object.keys(responseTo(operation, status).headers ?? {});
    for (const status of statuses) expect([status, ...headersOf(status)]).toContain("X-Request-Id");
    if (!isOpen) expect(headersOf("401")).toContain("WWW-Authenticate");
    if (statuses.includes("412")) expect(headersOf("412")).toContain("ETag");
    for (const status of ["429", "503"])
      if (statuses.includes(status)) expect(headersOf(status)).toContain("Retry-After");
    if (statuses.includes("201")) expect(headersOf("201")).toContain("Location");
    const parameters = (operation.parameters ?? []).map((given) => resolve<Parameter>(document, given).value);
    const isPage = ["cursor", "limit"].every((name) => parameters.some((parameter) => parameter.name === name));
    if (isPage) expect(headersOf("200")).toContain("Link");
    const hasEtag = method === "get" && headersOf("200").includes("etag");
    expect(statuses.includes("304")).toBe(hasEtag);
    expect(parameters.some(({ name }) => name === "If-None-Match")).toBe(hasEtag);
  });

  it("has no parameter that is one value or an array, nor two of the same name", () => {
    const parameters = (operation.parameters ?? []).map((given) => resolve<Parameter>(document, given).value);
    expect(parameters.filter(({ schema = {} }) => "anyOf" in schema || "oneOf" in schema)).toEqual([]);
    // The only form of an array that every generator writes: `status=OPEN&status=CLOSED`.
    const arrays = parameters.filter(({ schema = {} }) => "type" in schema && schema.type === "array");
    expect(arrays.filter(({ style, explode }) => style !== "form" || explode !== true)).toEqual([]);
    expect(parameters.filter(({ style = "form" }) => style !== "form")).toEqual([]);
    const names = parameters.map(({ name }) => name.toLowerCase().replaceAll("-", ""));
    expect(new Set(names).size).toBe(names.length);
  });

  it("declares the errors of a body if it has one", () => {
    if (!operation.requestBody || isOpen) return;
    expect(statuses).toEqual(expect.arrayContaining(["400", "413", "415"]));
  });

  it("describes every parameter and every field of its body", () => {
    const parameters = (operation.parameters ?? []).map((given) => resolve<Parameter>(document, given).value);
    const undescribed = parameters
      .filter(({ description, schema = {} }) => !description && !isDescribed(schema))
      .map(({ name }) => name);
    const bodies = Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema ?? {});
    expect([...undescribed, ...bodies.flatMap((schema) => undescribedFields(schema, ""))]).toEqual([]);
    for (const [, name] of path.matchAll(/\{(\w+)\}/g))
      expect(parameters.map((parameter) => parameter.name)).toContain(name);
  });
});

const responseTo = ({ responses }: Operation, status: string): Answer =>
  resolve<Answer>(document, responses[status] ?? { description: "" }).value;

/** Whether a schema needs no description, or has one. */
function isDescribed(given: Schema | Ref): boolean {
  const { name, value } = resolve<Schema>(document, given);
  if (name !== null || value.description || value.example !== undefined || value.const !== undefined) return true;
  return (value.enum ?? value.allOf ?? value.properties) !== undefined;
}

function undescribedFields(given: Schema | Ref, at: string): string[] {
  const { value } = resolve<Schema>(document, given);
  const parts = [
    ...(value.allOf ?? []),
    ...(value.oneOf ?? []),
    ...(value.anyOf ?? []),
    ...(value.items ? [value.items] : []),
  ];
  return [
    ...parts.flatMap((part) => undescribedFields(part, at)),
    ...Object.entries(value.properties ?? {}).flatMap(([name, property]) => [
      ...(isDescribed(property) ? [] : [`${at}/${name}`]),
      ...undescribedFields(property, `${at}/${name}`),
    ]),
  ];
}
