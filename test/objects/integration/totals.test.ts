import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  addTotals,
  laterTotals,
  NO_TOTALS,
  readTotals,
  type Totals,
  writeTotals,
} from "../../../src/objects/integration/totals.ts";

const someTotals = fc
  .array(fc.nat(), { minLength: 8, maxLength: 8 })
  .map((values) => readTotals(JSON.stringify(values)));

describe("totals", () => {
  test.prop([someTotals])("are read as they were written", (totals) => {
    expect(readTotals(writeTotals(totals))).toEqual(totals);
  });

  test.prop([someTotals, someTotals])(
    "never fall when counts are added, or when the later state is kept",
    (one, more) => {
      for (const sum of [addTotals(one, more), laterTotals(one, more)]) {
        for (const field of Object.keys(one) as (keyof Totals)[]) expect(sum[field]).toBeGreaterThanOrEqual(one[field]);
      }
    },
  );

  it("are zero before the first delivery, as are fields that an older version did not write", () => {
    expect(readTotals(null)).toEqual(NO_TOTALS);
    expect(readTotals("[5,1]")).toEqual({ ...NO_TOTALS, lastDeliveryAt: 5, accepted: 1 });
  });
});
