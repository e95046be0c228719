/** The progress of bulk work, in the status line. */
import type { Output } from "./output.ts";

/** Shows how many items are done, and how many in a second. @param total null if it is not known */
export function startProgress(output: Output, label: string, total: number | null) {
  const startedAt = Date.now();
  let done = 0;
  const show = () => {
    const seconds = Math.max((Date.now() - startedAt) / 1000, 0.001);
    output.status(`${label}: ${done}${total === null ? "" : ` of ${total}`}, ${Math.round(done / seconds)}/s`);
  };
  const timer = setInterval(show, 100).unref();
  show();
  return {
    advance: (count: number) => {
      done += count;
    },
    /** Removes the status line. */
    end: () => {
      clearInterval(timer);
      output.status("");
    },
  };
}
