/** The field of a mapping in the language `paths`: its JSON, with what is wrong with it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { Problem } from "../api.ts";
import { ProblemMessage } from "../parts/components.tsx";
import { Field } from "../parts/fields.tsx";

type PathMapping = Schemas["PathMapping"];

/** The problem of a text that is not JSON. */
export const NOT_JSON: Problem = {
  type: "urn:tocsin:problem:invalid-request",
  title: "Invalid request",
  status: 400,
  detail: "The mapping is not a JSON object. Correct it, and try again.",
  instance: "",
};

/** The mapping of the field, which the API validates; null: the text is no JSON object. */
export function parsePaths(text: string): PathMapping | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as PathMapping) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const PathsField: FC<{ text: string; problem: Problem | null; isReadOnly: boolean }> = ({
  text,
  problem,
  isReadOnly,
}) => (
  <>
    <Field name="Mapping" hint="JSON: where each field of an event stands in the body">
      <textarea name="paths" rows={24} required spellcheck={false} readonly={isReadOnly}>
        {text}
      </textarea>
    </Field>
    <ProblemMessage problem={problem} />
  </>
);
