/** How far bulk work has come, on one line of a terminal. */
import type { Output } from "./output.ts";
import { cut } from "./text.ts";

export interface Progress {
  /** So many more are done. */
  advance(count: number): void;
  /** Takes the line away. */
  end(): void;
}

const BAR_WIDTH = 24;

/** The line is written so often at most. */
const EVERY_MS = 100;

/** The line of a moment; `total` null: nobody knows how many there are. Pure. */
export function progressLine(
  { label, done, total, elapsedMs }: { label: string; done: number; total: number | null; elapsedMs: number },
  width: number,
): string {
  const rate = elapsedMs > 0 ? Math.round((done * 1000) / elapsedMs) : 0;
  const count = total === null ? `${done}` : `${done}/${total}`;
  return cut(`${label} [${bar(done, total)}] ${count}, ${rate}/s`, width - 1);
}

function bar(done: number, total: number | null): string {
  if (total === null) {
    // A mark that walks: work goes on, of which nobody knows how much is left.
    const at = Math.floor(done / 50) % BAR_WIDTH;
    return `${" ".repeat(at)}=${" ".repeat(BAR_WIDTH - at - 1)}`;
  }
  const filled = total === 0 ? BAR_WIDTH : Math.floor((Math.min(done, total) * BAR_WIDTH) / total);
  return "=".repeat(filled) + " ".repeat(BAR_WIDTH - filled);
}

/** Tells of progress on standard error when that is a terminal and nobody asked for JSON; else nothing at all. */
export function startProgress(output: Output, label: string, total: number | null): Progress {
  if (!output.isInteractive) return { advance: () => undefined, end: () => undefined };
  const startedAt = Date.now();
  let done = 0;
  let drawnAt = 0;
  const draw = (now: number) => {
    drawnAt = now;
    output.status(progressLine({ label, done, total, elapsedMs: now - startedAt }, output.statusWidth()));
  };
  draw(startedAt);
  return {
    advance(count) {
      done += count;
      const now = Date.now();
      if (now - drawnAt >= EVERY_MS || done === total) draw(now);
    },
    end: () => output.status(""),
  };
}
