/** The form of a mapping: its expressions, and how to read them. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { Problem } from "../api.ts";
import { errorAt, Field } from "../parts/fields.tsx";
import type { Form } from "../parts/form.ts";
import { parsePaths } from "./paths-field.tsx";

export type Mapping = Schemas["FieldMapping"];
type Expressions = Schemas["ExpressionMapping"];

/** The fields of a mapping with label, hint and example, in the order of the form. */
const FIELDS = [
  ["title", "Title", "The problem in one line", "name & ' on ' & host"],
  ["events", "Events", "The list of events in the body. Empty: the body is one event, or a list of them", "incidents"],
  ["action", "Action", "trigger, acknowledge or resolve. Empty: trigger", "state = 'ok' ? 'resolve' : 'trigger'"],
  ["alertKey", "Alert key", "Events with the same key belong to the same alert", "id"],
  ["severity", "Severity", "A severity of Tocsin or of your source", "level"],
  ["description", "Description", "", "message"],
  ["source", "Source", "The affected host, service or check", "host"],
  ["url", "URL", "The page of the alert in the source", "link"],
  ["occurredAt", "Occurred at", "ISO 8601 or Unix time", "since"],
  ["externalId", "External ID", "", "id"],
  ["metadata", "Metadata", "An object. Empty: the event", "{ 'zone': zone }"],
  [
    "fingerprint",
    "Fingerprint",
    "Deliveries with the same value are duplicates. Empty: all fields that are read",
    "id & state",
  ],
] as const satisfies readonly (readonly [keyof Expressions, string, string, string])[];

/** The JSON Pointers of the fields in requests. */
export const MAPPING_POINTERS: readonly string[] = FIELDS.map(([field]) => `/mapping/${field}`);

/** @returns null if the text of a mapping in the language `paths` is not JSON */
export function readMapping(form: Form): Mapping | null {
  const paths = form.text("paths");
  if (paths !== "") return parsePaths(paths);
  const entries = FIELDS.map(([field]) => [field, form.text(field)] as const);
  return {
    language: "jsonata",
    title: "",
    ...Object.fromEntries(entries.filter(([, expression]) => expression !== "")),
  };
}

/** @param problem what is wrong with the mapping */
export const MappingFields: FC<{ mapping: Expressions; problem: Problem | null; isReadOnly: boolean }> = ({
  mapping,
  problem,
  isReadOnly,
}) => (
  <>
    {FIELDS.map(([field, name, hint, example]) => (
      <div id={`field-${field}`}>
        <Field name={name} {...(hint !== "" && { hint })} error={errorAt(problem, `/mapping/${field}`)}>
          <textarea
            name={field}
            rows={1}
            required={field === "title"}
            placeholder={example}
            spellcheck={false}
            autocomplete="off"
            readonly={isReadOnly}
            data-completes
          >
            {mapping[field] ?? ""}
          </textarea>
        </Field>
      </div>
    ))}
  </>
);
