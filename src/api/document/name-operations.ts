/** Names the schemas of all operations, so that every object and enum of the document is in `components`. */
import type { OpenApiDocument } from "./index.ts";
import { NamedSchemas, type Schema, toPascalCase } from "./named-schemas.ts";

interface Media {
  schema?: Schema;
}

interface Message {
  content?: Record<string, Media>;
}

interface Parameter {
  name: string;
  schema?: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: Message;
  responses: Record<string, Message>;
}

type Paths = Record<string, Record<string, Operation>>;

/** Returns the document with all schemas in `components`. */
export function withNamedSchemas(document: OpenApiDocument): OpenApiDocument {
  const { components = {}, paths = {}, webhooks = {} } = document;
  const schemas = new NamedSchemas((components.schemas ?? {}) as Record<string, Schema>);
  const named = (items: object) => nameAll(items as Paths, schemas);
  const operations = { paths: named(paths), ...(Object.keys(webhooks).length > 0 && { webhooks: named(webhooks) }) };
  return { ...document, ...operations, components: { ...components, schemas: schemas.all } } as OpenApiDocument;
}

const nameAll = (items: Paths, schemas: NamedSchemas): Paths =>
  mapValues(items, (item) => mapValues(item, (operation) => nameOperation(operation, schemas)));

/** Names parameters `ListAlertsSort`, bodies `SyncIntegrationsRequest`, pages `AlertPage`, other responses `RetryRowsResult`. */
function nameOperation(operation: Operation, schemas: NamedSchemas): Operation {
  const { operationId, parameters, requestBody, responses } = operation;
  const name = toPascalCase(operationId);
  const nameContent = (message: Message, nameOf: (schema: Schema) => string): Message =>
    message.content === undefined
      ? message
      : {
          ...message,
          content: mapValues(message.content, (media) =>
            media.schema ? { ...media, schema: schemas.reference(media.schema, nameOf(media.schema)) } : media,
          ),
        };
  return {
    ...operation,
    ...(parameters && {
      parameters: parameters.map((parameter) =>
        parameter.schema
          ? {
              ...parameter,
              schema: schemas.reference(parameter.schema, name + toPascalCase(parameter.name)),
              // The defaults. Some generators need them in writing.
              ...(parameter.schema.type === "array" && { style: "form", explode: true }),
            }
          : parameter,
      ),
    }),
    ...(requestBody && { requestBody: nameContent(requestBody, () => `${name}Request`) }),
    responses: mapValues(responses, (response) =>
      nameContent(response, (schema) => pageName(schema) ?? `${name}Result`),
    ),
  };
}

/** The name of a page of a list, by that of its items; null: the schema is no page. */
function pageName({ properties = {} }: Schema): string | null {
  const [, item] = /([^/]+)$/.exec(properties.data?.items?.$ref ?? "") ?? [];
  return item === undefined || !properties.nextCursor ? null : `${item}Page`;
}

const mapValues = <In, Out>(record: Record<string, In>, map: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
