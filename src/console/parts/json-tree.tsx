/** A JSON body as a tree. Each name is a button with the path to its value. */
import type { FC } from "hono/jsx";
import type { Segments } from "./json-path.ts";

/** Nodes of one tree. A larger body is shown in part. */
const MAX_NODES = 600;

/** In characters. */
const MAX_VALUE_LENGTH = 120;

interface Node {
  segments: Segments;
  value: unknown;
  children: Node[];
}

/** @param value a JSON value */
export const JsonTree: FC<{ value: unknown }> = ({ value }) => {
  const budget = { nodes: MAX_NODES };
  const root = grow([], value, budget);
  return (
    <>
      <ul class="tree">
        {root.children.length === 0 ? <li>{show(value)}</li> : root.children.map((node) => <Branch node={node} />)}
      </ul>
      {budget.nodes > 0 ? null : <p class="muted">Only the first {MAX_NODES} values are shown.</p>}
    </>
  );
};

/** The tree of a value, without what is beyond the budget. */
function grow(segments: Segments, value: unknown, budget: { nodes: number }): Node {
  const children: Node[] = [];
  if (typeof value === "object" && value !== null) {
    const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    for (const [key, child] of entries) {
      if (budget.nodes <= 0) break;
      budget.nodes--;
      children.push(grow([...segments, key], child, budget));
    }
  }
  return { segments, value, children };
}

const Branch: FC<{ node: Node }> = ({ node: { segments, value, children } }) => {
  const key = segments.at(-1) ?? "";
  return (
    <li>
      <button
        type="button"
        class="plain node"
        data-path={JSON.stringify(segments)}
        aria-label={`Insert ${segments.join(".")}`}
      >
        {typeof key === "number" ? `[${key}]` : key}
      </button>
      {children.length === 0 ? <span class="value">{show(value)}</span> : null}
      {children.length === 0 ? null : (
        <ul>
          {children.map((child) => (
            <Branch node={child} />
          ))}
        </ul>
      )}
    </li>
  );
};

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}
