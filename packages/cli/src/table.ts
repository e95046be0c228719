/** Tables: fitted to a terminal, or plain for programs; pure. */
import { type Color, paint } from "./colors.ts";
import { cut, oneLine, pad, widthOf } from "./text.ts";

export interface Column<Item> {
  header: string;
  /** What people read. */
  text: (item: Item) => string;
  /** What programs read, where that is something else. */
  plain?: (item: Item) => string;
  color?: (item: Item) => Color | undefined;
  /** It takes what the others leave. */
  isFlexible?: true;
  isNumeric?: true;
  /** Columns that a narrow terminal does without; the highest goes first. */
  rank?: number;
}

const GAP = 2;

/** A flexible column that gets less than this says nothing: other columns go first. */
const MIN_FLEXIBLE = 24;

/** Rows of tab-separated values, without a header: every column in full. */
export const tabSeparated = <Item>(columns: readonly Column<Item>[], items: readonly Item[]): string[] =>
  items.map((item) => columns.map(({ text, plain = text }) => oneLine(plain(item))).join("\t"));

/** A header and rows, none of them wider than the terminal. */
export function fitted<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  width: number,
  isColored: boolean,
): string[] {
  const all = columns.map((column) => {
    const cells = items.map((item) => oneLine(column.text(item)));
    return { column, cells, width: Math.max(...[column.header, ...cells].map(widthOf)) };
  });
  const shown = withWidths(kept(all, width), width);
  const line = (cells: readonly string[], colors: readonly (Color | undefined)[]): string =>
    cells
      .map((cell, at) => {
        const room = shown[at]?.width ?? 0;
        const isNumeric = shown[at]?.column.isNumeric;
        const text = cut(cell, room);
        const isLast = at === cells.length - 1;
        const padded = isLast && !isNumeric ? text : pad(text, room, isNumeric);
        const color = colors[at];
        return isColored && color !== undefined ? paint(padded, color) : padded;
      })
      .join(" ".repeat(GAP));
  return [
    line(
      shown.map(({ column }) => column.header),
      shown.map(() => "bold"),
    ),
    ...items.map((item, row) =>
      line(
        shown.map(({ cells }) => cells[row] ?? ""),
        shown.map(({ column }) => column.color?.(item)),
      ),
    ),
  ];
}

interface Measured<Item> {
  column: Column<Item>;
  cells: readonly string[];
  width: number;
}

const totalWidth = <Item>(columns: readonly Measured<Item>[]): number =>
  columns.reduce(
    (sum, { column, width }) => sum + (column.isFlexible ? Math.min(width, MIN_FLEXIBLE) : width) + GAP,
    -GAP,
  );

/** The columns that there is room for. */
function kept<Item>(columns: readonly Measured<Item>[], width: number): readonly Measured<Item>[] {
  if (totalWidth(columns) <= width) return columns;
  const highest = Math.max(...columns.map(({ column }) => column.rank ?? 0));
  return highest === 0
    ? columns
    : kept(
        columns.filter(({ column }) => (column.rank ?? 0) !== highest),
        width,
      );
}

/** How wide each column is: the flexible one takes what is left, and on a terminal that is too narrow the last give way. */
function withWidths<Item>(columns: readonly Measured<Item>[], width: number): readonly Measured<Item>[] {
  const others = columns.reduce((sum, { column, width: own }) => sum + (column.isFlexible ? 0 : own) + GAP, -GAP);
  let left = width;
  return columns.flatMap((measured) => {
    const wanted = measured.column.isFlexible
      ? Math.max(Math.min(measured.width, width - others), MIN_FLEXIBLE)
      : measured.width;
    const own = Math.min(wanted, left);
    left -= own + GAP;
    return own > 0 ? [{ ...measured, width: own }] : [];
  });
}
