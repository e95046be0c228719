/** Paths to values of a JSON body as JSONata expressions, for the mapping editor. */

/** The names and positions that lead to a value. */
export type Segments = readonly (string | number)[];

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** Words that JSONata does not read as names. */
const RESERVED: ReadonlySet<string> = new Set(["and", "or", "in", "true", "false", "null", "function"]);

/** The expression that selects a value from the body; null: JSONata has none, because of a name with a backtick or without a letter. */
export function toExpression(segments: Segments): string | null {
  let expression = "";
  for (const segment of segments) {
    if (typeof segment === "number") {
      expression += `${expression === "" ? "$" : ""}[${segment}]`;
    } else {
      if (segment === "" || segment.includes("`")) return null;
      const name = IDENTIFIER.test(segment) && !RESERVED.has(segment) ? segment : `\`${segment}\``;
      expression += `${expression === "" ? "" : "."}${name}`;
    }
  }
  return expression === "" ? "$" : expression;
}

/**
 * The expression for a field of a mapping, whose expressions see one event each.
 * @param events the expression of the list of events; empty: the body is one event, or a list of them
 */
export function toFieldExpression(segments: Segments, field: string, events: string): string | null {
  const firstIndex = segments.findIndex((segment) => typeof segment === "number");
  if (field === "events") return toExpression(firstIndex === -1 ? segments : segments.slice(0, firstIndex));
  if (events.trim() === "") return toExpression(firstIndex === 0 ? segments.slice(1) : segments);
  for (const [index, segment] of segments.entries())
    if (typeof segment === "number" && toExpression(segments.slice(0, index)) === events.trim())
      return toExpression(segments.slice(index + 1));
  const path = toExpression(segments);
  if (path === null) return null;
  return path === "$" ? "$body" : path.startsWith("$[") ? `$body${path.slice(1)}` : `$body.${path}`;
}
