/** Tables: fitted to a terminal, or as tab-separated values. */
import { type Color, paint } from "./colors.ts";
import { cut, oneLine, pad, widthOf } from "./terminal-text.ts";

export interface Column<Item> {
  header: string;
  text: (item: Item) => string;
  /** The text for programs, where it differs. */
  plain?: (item: Item) => string;
  color?: (item: Item) => Color | undefined;
  /** Gets the width that the other columns leave. */
  isFlexible?: true;
  isNumeric?: true;
  /** A narrow terminal omits ranked columns, the highest rank first. */
  rank?: number;
}

const GAP = "  ";

/** A narrower flexible column would be useless: ranked columns are omitted first. */
const MIN_FLEXIBLE_WIDTH = 24;

/** Rows of tab-separated values, without a header and with all columns. */
export const tabSeparated = <Item>(columns: readonly Column<Item>[], items: readonly Item[]): string[] =>
  items.map((item) => columns.map(({ text, plain = text }) => oneLine(plain(item))).join("\t"));

interface Measured<Item> {
  column: Column<Item>;
  width: number;
}

/** A header and rows, none wider than the terminal. */
export function fitTable<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  width: number,
  isColored: boolean,
): string[] {
  const shown = fitColumns(
    columns.map((column) => ({
      column,
      width: Math.max(widthOf(column.header), ...items.map((item) => widthOf(oneLine(column.text(item))))),
    })),
    width,
  );
  const row = (textOf: (column: Column<Item>) => string, colorOf: (column: Column<Item>) => Color | undefined) =>
    shown
      .map(({ column, width: own }, at) => {
        const text = cut(oneLine(textOf(column)), own);
        const isLast = at === shown.length - 1;
        const cell = isLast && !column.isNumeric ? text : pad(text, own, column.isNumeric);
        const color = colorOf(column);
        return isColored && color !== undefined ? paint(cell, color) : cell;
      })
      .join(GAP);
  return [
    row(
      ({ header }) => header,
      () => "bold",
    ),
    ...items.map((item) =>
      row(
        ({ text }) => text(item),
        ({ color }) => color?.(item),
      ),
    ),
  ];
}

/** Omits ranked columns and narrows the others until they fit. */
function fitColumns<Item>(columns: readonly Measured<Item>[], width: number): readonly Measured<Item>[] {
  const reserved = columns.map(({ column, width: own }) =>
    column.isFlexible ? Math.min(own, MIN_FLEXIBLE_WIDTH) : own,
  );
  const total = reserved.reduce((sum, own) => sum + own, GAP.length * (columns.length - 1));
  const rank = Math.max(...columns.map(({ column }) => column.rank ?? 0));
  if (total > width && rank > 0)
    return fitColumns(
      columns.filter(({ column }) => column.rank !== rank),
      width,
    );
  let left = width;
  return columns.flatMap(({ column, width: natural }, at) => {
    const room = (reserved[at] ?? 0) + (column.isFlexible ? Math.max(0, width - total) : 0);
    const own = Math.min(natural, room, left);
    left -= own + GAP.length;
    return own > 0 ? [{ column, width: own }] : [];
  });
}
