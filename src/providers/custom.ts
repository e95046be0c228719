import type { AlertEvent } from "../alerts/event.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject } from "../lib/json.ts";
import { isSensitiveHeader } from "../lib/sensitive.ts";
import { DEFAULT_HMAC } from "../verification/settings.ts";
import { parseAction } from "./actions.ts";
import { compileExpression, type Expression } from "./expression.ts";
import { ExpressionError, newBudget, sizeOf, spendValue, stepsOfEvents } from "./expression-budget.ts";
import { asInstant, asText } from "./fields.ts";
import { compilePaths } from "./custom-paths.ts";
import { type ExpressionMapping, type Mapping, MAPPING_FIELDS, type MappingField } from "./mapping.ts";
import {
  BodyError,
  MAX_EVENTS,
  newEvent,
  type Provider,
  type ProviderInput,
  readBatchAsync,
  type Reading,
  UNPUBLISHED,
} from "./provider.ts";

/** Any source, read with the expressions of the integration's mapping. */
export const custom: Provider = {
  id: "custom",
  name: "Custom mapping",
  docs: "https://docs.jsonata.org/overview.html",
  category: "generic",
  keywords: "any json mapping jsonata own format unknown",
  verification: DEFAULT_HMAC,
  setup: `1. Create the integration with a \`mapping\`: one [JSONata](https://docs.jsonata.org) expression per field, such as

   \`\`\`json
   {
     "events": "incidents",
     "action": "state = 'ok' ? 'resolve' : 'trigger'",
     "alertKey": "id",
     "title": "name & ' on ' & host",
     "severity": "level",
     "occurredAt": "since",
     "url": "link"
   }
   \`\`\`

2. Test it with \`POST /v1/integrations/{id}/dry-run\` and a body of your source.
3. Send to \`<INGEST_URL>\`, signed with \`<SECRET>\`: \`X-Webhook-Signature: sha256=<hex HMAC-SHA256 of the body>\`, or
   set another \`verification\`, such as \`{"scheme": "token"}\` with the header \`X-Tocsin-Token: <SECRET>\`.`,
  sample: {
    body: {
      incidents: [
        { id: 17, state: "bad", name: "Queue is full", host: "mq-1", level: "P2", since: "2026-09-21T14:13:20Z" },
      ],
    },
  },
  senderProfile: UNPUBLISHED,
  formats: ["form", "text"],
  volatile: [],
  read() {
    throw new BodyError("this integration has no mapping; set its `mapping`");
  },
};

/**
 * Returns the provider with `read` replaced by a mapping.
 * @throws ExpressionError if an expression is invalid (see checkMapping)
 */
export function mappedProvider(provider: Provider, mapping: Mapping): Provider {
  if (mapping.language === "paths") return { ...provider, read: compilePaths(mapping) };
  const compiled = compileMapping(mapping);
  return { ...provider, read: (input) => readMapped(compiled, input) };
}

type Compiled = { [Field in MappingField]?: Expression };

const compileMapping = (mapping: ExpressionMapping): Compiled =>
  Object.fromEntries(
    MAPPING_FIELDS.flatMap((field) => {
      const source = mapping[field];
      return source === undefined ? [] : [[field, compileExpression(source)]];
    }),
  ) as Compiled;

/** The errors in a mapping's expressions, by field. Its schema checks a mapping in the language `paths`. */
export function checkMapping(mapping: Mapping): { field: MappingField; message: string }[] {
  if (mapping.language === "paths") return [];
  return MAPPING_FIELDS.flatMap((field) => {
    const source = mapping[field];
    try {
      if (source !== undefined) compileExpression(source);
      return [];
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return [{ field, message: describe(error) }];
    }
  });
}

const describe = ({ message, position }: ExpressionError): string =>
  position === null ? message : `${message} (at character ${position})`;

async function readMapped(compiled: Compiled, { headers, body }: ProviderInput): Promise<Reading> {
  const size = sizeOf(body);
  const budget = newBudget(size);
  // Without credentials, because a mapping may copy headers into an alert.
  const bindings = { body, headers: Object.fromEntries([...headers].filter(([name]) => !isSensitiveHeader(name))) };
  const evaluate = async (field: MappingField, input: unknown, pointer: string): Promise<unknown> => {
    try {
      const found = await compiled[field]?.evaluate(input, bindings, budget);
      const value = found === undefined && field === "metadata" ? input : found;
      if (field !== "events") spendValue(budget, value);
      return value;
    } catch (error) {
      if (error instanceof RangeError) throw new BodyError(`the mapping's ${field} nests too deep`, pointer);
      if (!(error instanceof ExpressionError)) throw error;
      throw new BodyError(`the mapping's ${field} failed: ${describe(error)}`, pointer);
    }
  };
  const selected = compiled.events ? await evaluate("events", body, "") : body;
  if (selected === undefined) return nothingSelected(compiled.events?.place ?? [], body);
  const elements: unknown[] = Array.isArray(selected) ? selected : [selected];
  budget.steps += stepsOfEvents(elements.slice(0, MAX_EVENTS), size);
  const content: unknown[] = [];
  const events = await readBatchAsync(elements, "", async (element, place) => {
    const pointer = Array.isArray(selected) ? place : "";
    const event = await readElement((field) => evaluate(field, element, pointer), pointer);
    content.push(compiled.fingerprint ? [event.action, await evaluate("fingerprint", element, pointer)] : event);
    return event;
  });
  return { events, isRecognized: events.length > 0, ...(content.length > 0 && { content: content.map(plain) }) };
}

/**
 * The reading of a body in which the mapping's `events` selected nothing.
 * @throws BodyError if the body does not have their place, such as after a field was renamed
 */
function nothingSelected(place: readonly string[], body: unknown): Reading {
  if (!hasPlace(body, place)) {
    throw new BodyError(`the mapping's events found nothing at \`${place.join(".").slice(0, 100)}\``);
  }
  return { events: [], isRecognized: false, note: "the mapping's events selected nothing" };
}

/** Whether a value has a place: in any element of a list. An empty list may have it. */
function hasPlace(value: unknown, place: readonly string[]): boolean {
  const [name, ...others] = place;
  if (name === undefined) return true;
  if (Array.isArray(value)) return value.length === 0 || value.some((element) => hasPlace(element, place));
  return isObject(value) && Object.hasOwn(value, name) && hasPlace(value[name], others);
}

async function readElement(evaluate: (field: MappingField) => Promise<unknown>, pointer: string): Promise<AlertEvent> {
  const title = asText(await evaluate("title"));
  if (title === null) throw new BodyError("the mapping's title returned no text", pointer);
  const severity = asText(await evaluate("severity"));
  const metadata = await evaluate("metadata");
  return newEvent({
    action: parseAction(asText(await evaluate("action")) ?? "") ?? "trigger",
    alertKey: key(await evaluate("alertKey")),
    externalId: asText(await evaluate("externalId")),
    title,
    description: asText(await evaluate("description")),
    severity: parseSeverity(severity ?? "") ?? "MEDIUM",
    source: asText(await evaluate("source")),
    url: asText(await evaluate("url")),
    occurredAt: asInstant(await evaluate("occurredAt")),
    metadata: isObject(metadata) ? (plain(metadata) as Record<string, unknown>) : { event: plain(metadata) },
  });
}

/** Combines several values into one unambiguous key. */
const key = (value: unknown): string | null =>
  typeof value === "object" && value !== null ? JSON.stringify(plain(value)) : asText(value);

/**
 * Converts a result of JSONata to plain JSON: its sequences have extra properties, and functions are values.
 * @throws BodyError if the value is not JSON, such as a function
 */
function plain(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null") as unknown;
  } catch {
    throw new BodyError("the mapping returned a value that is not JSON");
  }
}
