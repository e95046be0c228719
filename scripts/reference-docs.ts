/**
 * Writes docs/reference.md and docs/schemas.md from docs/openapi.json: every operation with its scope and parameters, every schema with
 * its fields. `--check` writes nothing, and fails if a page is stale.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { PROBLEM_TYPES } from "../src/lib/problem.ts";
import { describeType, schemaLink } from "./lib/describe-type.ts";
import {
  type Answer,
  type ApiDocument,
  type Media,
  type Operation,
  type Parameter,
  resolve,
  type Route,
  routesOf,
  type Schema,
} from "./openapi-document.ts";
import { Failure, run } from "./run.ts";

const DOCS = path.join(import.meta.dirname, "../docs");

/** A Markdown table. `|` and line breaks in cells are escaped. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`)
    .join("\n");

const paragraphs = (parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

/** The scope or credentials of an operation. */
function scopeOf({ security }: Operation, document: ApiDocument): string {
  const ways = security ?? document.security;
  if (ways.length === 0) return "";
  const key = ways.find((way) => "apiKey" in way);
  if (!key) return "a session";
  return key.apiKey?.map((scope) => `\`${scope}\``).join(", ") || "any";
}

const parametersOf = ({ parameters = [] }: Operation, document: ApiDocument): Parameter[] =>
  parameters.map((parameter) => resolve<Parameter>(document, parameter).value);

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");

/** Path and query parameters as a table; headers, which the introduction describes, by name. */
function describeParameters(operation: Operation, document: ApiDocument): string {
  const parameters = parametersOf(operation, document);
  const rows = parameters
    .filter((parameter) => parameter.in === "path" || parameter.in === "query")
    .map(({ name, in: place, required, schema = {}, description = "" }) => [
      `\`${name}\``,
      required === true && place === "query" ? "query, required" : place,
      describeType(schema),
      description,
    ]);
  const headers = parameters.filter((parameter) => parameter.in === "header").map(({ name }) => `\`${name}\``);
  return paragraphs([
    rows.length === 0 ? "" : table(["parameter", "in", "type", "description"], rows),
    headers.length === 0 ? "" : `Headers: ${headers.join(", ")}.`,
  ]);
}

const describeContent = (content: Record<string, Media>): string =>
  Object.entries(content)
    .map(([type, { schema, "x-itemSchema": item }]) => {
      const isNamed = type === "application/json" || type === "application/problem+json";
      return schema && isNamed ? describeType(schema) : `\`${type}\`${item ? ` of ${describeType(item)}` : ""}`;
    })
    .join(" or ");

function describeBody({ requestBody }: Operation): string {
  if (!requestBody) return "";
  return `Body${requestBody.required === true ? "" : " (optional)"}: ${describeContent(requestBody.content)}.`;
}

/** The successful responses with their schemas, and the statuses of errors. */
function describeResponses({ responses }: Operation, document: ApiDocument): string {
  const all = Object.entries(responses).map(
    ([status, response]) => [status, resolve<Answer>(document, response).value] as const,
  );
  const successes = all
    .filter(([status]) => /^[23]/.test(status))
    .map(([status, { content }]) => `\`${status}\`${content ? ` ${describeContent(content)}` : ""}`);
  const errors = all.filter(([status]) => !/^[23]/.test(status)).map(([status]) => `\`${status}\``);
  return `Responses: ${[...successes, ...errors].join(", ")}.`;
}

const describeOperation = ({ method, path: route, operation }: Route, document: ApiDocument): string => {
  const scope = scopeOf(operation, document);
  return paragraphs([
    `### ${operation.summary}`,
    `\`${method.toUpperCase()} ${route}\`${scope === "" ? "" : ` · scope: ${scope}`}`,
    operation.description ?? "",
    describeParameters(operation, document),
    describeBody(operation),
    describeResponses(operation, document),
  ]);
};

function describeTag({ name, description }: ApiDocument["tags"][number], document: ApiDocument): string {
  const routes = routesOf(document, name);
  const rows = routes.map(({ method, path: route, operation }) => [
    `\`${method.toUpperCase()} ${route}\``,
    scopeOf(operation, document),
    `[${operation.summary}](#${anchorOf(operation.summary)})`,
  ]);
  return paragraphs([
    `## ${name}`,
    `${description}.`,
    table(["operation", "scope", "summary"], rows),
    ...routes.map((route) => describeOperation(route, document)),
  ]);
}

const describeWebhooks = ({ webhooks }: ApiDocument): string =>
  paragraphs([
    "## Messages",
    "What [subscriptions](subscriptions.md) POST to their endpoint, signed with the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.",
    table(
      ["type", "sent when", "body"],
      Object.entries(webhooks).flatMap(([type, item]) =>
        Object.values(item).map(({ description = "", requestBody }) => [
          `\`${type}\``,
          description.replace(/\.$/, ""),
          requestBody ? describeContent(requestBody.content) : "",
        ]),
      ),
    ),
  ]);

const GENERATED = "<!-- Generated by `npm run docs` from docs/openapi.json. -->";

const referencePage = (document: ApiDocument): string =>
  `${paragraphs([
    GENERATED,
    "# Reference of the API",
    INTRODUCTION,
    ...document.tags.map((tag) => describeTag(tag, document)),
    describeWebhooks(document),
    "## Problem types",
    "The `type` of an error.",
    table(
      ["type", "status", "title"],
      PROBLEM_TYPES.map(({ type, status, title }) => [`\`${type}\``, String(status), title]),
    ),
  ])}\n`;

const INTRODUCTION = `Every operation, with the scope that its caller needs: a scope of the API key, or of the person's role. _any_: every authenticated
caller. Without a scope: no authentication; deliveries are verified as their integration says. [Schemas](schemas.md) has the fields of bodies and
responses. A deployment serves both at \`/docs\`, and the OpenAPI document at \`/openapi.json\`. [What may change](versioning.md).

**Requests.** Send \`Authorization: Bearer <key>\`, and JSON. Times are ISO 8601 with an offset. Unknown parameters and fields are errors.

**Filters.** All filters that are given must match. A parameter whose type is an array is repeated, and matches any of its values; of labels, all must match:

\`\`\`sh
curl -sS "http://127.0.0.1:8787/v1/alerts?status=OPEN&status=ACKNOWLEDGED&severity=CRITICAL&label=service=checkout&since=2026-01-01T00:00:00Z" \\
  -H "Authorization: Bearer $ROOT_API_KEY"
\`\`\`

**Pages.** Lists return \`{ "data": […], "nextCursor": … }\`. \`limit\` is the number of items of a page. Send \`nextCursor\` as \`cursor\`, with the same
filters, to get the next page; it is null on the last one. The header \`Link\` has the URL of the next page. This reads all deliveries:

\`\`\`sh
URL="http://127.0.0.1:8787/v1/deliveries?limit=200" CURSOR=
until [ "$CURSOR" = null ]; do
  PAGE=$(curl -sS "$URL\${CURSOR:+&cursor=$CURSOR}" -H "Authorization: Bearer $ROOT_API_KEY")
  jq -c '.data[] | {id, status, reason}' <<<"$PAGE"
  CURSOR=$(jq -r .nextCursor <<<"$PAGE")
done
\`\`\`

**Errors** are [problem details](schemas.md#problem) (RFC 9457). [\`type\`](#problem-types) says which, \`detail\` what to do, \`errors\` which fields.

**Headers of requests.** A change with an \`Idempotency-Key\` runs once: for a day, a repeat gets the first response. \`If-Match\` with an \`ETag\` makes a
change fail with 412 if the resource has changed since. \`If-None-Match\` makes a read return 304 if it has not. \`Prefer: return=minimal\` omits the body
of the response.`;

interface FieldRow {
  name: string;
  schema: Schema | { $ref: string };
  isRequired: boolean;
}

/** The fields of a schema itself; those that it inherits are in the schema that it extends. */
function fieldsOf(schema: Schema): FieldRow[] {
  const own = [schema, ...(schema.allOf ?? []).filter((part): part is Schema => !("$ref" in part))];
  return own.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).map(([name, property]) => ({
      name,
      schema: property,
      isRequired: required.includes(name),
    })),
  );
}

function describeSchema(name: string, schema: Schema): string {
  const fields = fieldsOf(schema);
  const bases = (schema.allOf ?? []).flatMap((part) => ("$ref" in part ? [describeType(part)] : []));
  const variants = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map((part) => describeType(part));
  const isObject = fields.length > 0 || bases.length > 0 || variants.length > 0;
  return paragraphs([
    `## ${name}`,
    schema.description === undefined ? "" : `${schema.description}.`,
    isObject ? "" : describeType(schema),
    variants.length === 0 ? "" : `One of ${variants.join(", ")}.`,
    bases.length === 0 ? "" : `All fields of ${bases.join(", ")}, and:`,
    fields.length === 0
      ? ""
      : table(
          ["field", "type", "description"],
          fields.map(({ name: field, schema: type, isRequired }) => [
            isRequired ? `\`${field}\`` : `\`${field}\` (optional)`,
            describeType(type),
            (type as Schema).description ?? "",
          ]),
        ),
  ]);
}

const schemasPage = (document: ApiDocument): string =>
  `${paragraphs([
    GENERATED,
    "# Schemas of the API",
    `The fields of bodies, responses and messages, by name. An optional field may be missing. [Problem types](reference.md#problem-types) has the meanings of ${schemaLink("ProblemType")}.`,
    ...Object.entries(document.components.schemas as Record<string, Schema>)
      .toSorted(([one], [other]) => one.localeCompare(other, "en"))
      .map(([name, schema]) => describeSchema(name, schema)),
  ])}\n`;

await run(async () => {
  const document = JSON.parse(await readFile(path.join(DOCS, "openapi.json"), "utf8")) as ApiDocument;
  const stale: string[] = [];
  for (const [name, wanted] of [
    ["reference.md", referencePage(document)],
    ["schemas.md", schemasPage(document)],
  ] as const) {
    const file = path.join(DOCS, name);
    if (!process.argv.includes("--check")) await writeFile(file, wanted);
    else if ((await readFile(file, "utf8").catch(() => "")) !== wanted) stale.push(`docs/${name}`);
  }
  if (stale.length > 0) throw new Failure(`Stale: ${stale.join(", ")}. Run: npm run docs`);
});
