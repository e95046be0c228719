import { expect, it } from "vitest";
import { applySteps } from "../../../src/objects/shared/schema-steps.ts";

/** The statements that run on tables that have had `version` of the three steps. */
function executed(version: number): string[] {
  const log: string[] = [];
  const storage = {
    sql: { exec: (step: string) => log.push(step) },
    transactionSync: (work: () => void) => {
      log.push("begin");
      work();
      log.push("commit");
    },
  } as unknown as DurableObjectStorage;
  applySteps(storage, ["one", "two", "three"], version, (applied) => log.push(`version ${applied}`));
  return log;
}

it("applySteps applies the missing steps in order, each in a transaction with its version", () => {
  expect(executed(1)).toEqual(["begin", "two", "version 2", "commit", "begin", "three", "version 3", "commit"]);
});

it("applySteps applies nothing to the tables of this or a newer version", () => {
  expect([executed(3), executed(9)]).toEqual([[], []]);
});
