import { expect, it } from "vitest";
import { FIRST_MAPPING, switchTo } from "../../../src/console/pages/provider-switch.tsx";

it("a switch removes what only the other provider takes", () => {
  expect(switchTo("grafana", "generic")).toEqual({ provider: "grafana", mapping: null, emailRules: [] });
  expect(switchTo("email", "generic")).toEqual({ provider: "email", mapping: null });
  expect(switchTo("custom", "generic")).toEqual({ provider: "custom", mapping: FIRST_MAPPING, emailRules: [] });
});

it("changes nothing without a switch", () => {
  expect(switchTo("custom", "custom")).toEqual({});
  expect(switchTo("", "custom")).toEqual({});
});
