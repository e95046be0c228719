/** The examples in the help. */
import { createProgram, fullName, helpOf, leavesOf } from "../../src/program.ts";

/** The examples of the commands whose full name matches. */
export const examplesOf = (name: RegExp): string[] =>
  leavesOf(createProgram())
    .filter((leaf) => name.test(fullName(leaf)))
    .flatMap((leaf) => helpOf(leaf).split("\nExamples:\n")[1]?.trimEnd().split("\n") ?? [])
    .map((line) => line.trim());
