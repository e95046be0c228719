import { expect, it } from "vitest";
import type { Output } from "../src/output.ts";
import { startProgress } from "../src/progress.ts";

it("shows the progress in the status line, and removes it at the end", async () => {
  const lines: string[] = [];
  const output = { status: (line: string) => lines.push(line) } as unknown as Output;
  const progress = startProgress(output, "Replayed", 10);
  expect(lines).toEqual(["Replayed: 0 of 10, 0/s"]);
  progress.advance(4);
  await expect.poll(() => lines.at(-1)).toMatch(/^Replayed: 4 of 10, \d+\/s$/);
  progress.end();
  expect(lines.at(-1)).toBe("");
});
