/** The field of a mapping in the language `paths`: its JSON, with what is wrong with it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { Problem } from "../api.ts";
import { Field } from "../parts/fields.tsx";

type PathMapping = Schemas["PathMapping"];

/** The problem of a text that is not JSON. */
export const NOT_JSON: Problem = {
  type: "urn:tocsin:problem:invalid-request",
  title: "Invalid request",
  status: 400,
  detail: "Some fields are invalid. See `errors`.",
  instance: "",
  errors: [{ pointer: "/mapping", detail: "Not a JSON object. Correct it, and try again." }],
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
  <div id="field-paths">
    <Field name="Mapping" hint="JSON: where each field of an event stands in the body" error={errorOf(problem)}>
      <textarea
        name="paths"
        rows={24}
        required
        spellcheck={false}
        autocomplete="off"
        readonly={isReadOnly}
        data-completes
      >
        {text}
      </textarea>
    </Field>
  </div>
);

/** What is wrong, each with its place in the mapping. */
function errorOf(problem: Problem | null): string | undefined {
  const errors = (problem?.errors ?? []).filter(({ pointer }) => pointer?.startsWith("/mapping"));
  if (errors.length === 0) return undefined;
  return errors.map(({ pointer, detail }) => `${pointer?.replace("/mapping", "")} ${detail}`.trim()).join("; ");
}
