/** Labels as chips that filter the alert list, and which of them a row shows. */
import type { FC } from "hono/jsx";
import type { ListContext } from "./list-context.ts";
import { listUrl } from "./list-url.ts";
import { toTerm, withTerm } from "./query-text.ts";
import type { Row } from "./rows.ts";

/** Labels that say most about where an alert is, in this order. The name of the alert is in its title. */
export const CHIP_LABELS = [
  "service",
  "env",
  "environment",
  "instance",
  "host",
  "namespace",
  "cluster",
  "region",
  "job",
];
const MAX_CHIPS = 2;

export const chipLabels = ({ labels, title }: Pick<Row, "labels" | "title">): [name: string, value: string][] =>
  CHIP_LABELS.flatMap((name): [string, string][] => {
    const value = labels[name];
    return value === undefined || title.includes(value) ? [] : [[name, value]];
  }).slice(0, MAX_CHIPS);

/** A label as a link that filters the list by it. @param isShort its name is for screen readers and the tooltip only */
export const LabelChip: FC<{
  name: string;
  value: string;
  context: Pick<ListContext, "url" | "query">;
  isShort?: boolean;
}> = ({ name, value, context, isShort = false }) => (
  <a
    class="chip"
    href={listUrl(context.url, { query: withTerm(context.query, toTerm(`label.${name}`, value)) })}
    title={`Only ${name}: ${value}`}
  >
    <span class={isShort ? "unseen" : undefined}>{name}</span>
    <b>{value}</b>
  </a>
);
