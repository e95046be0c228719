/** The settings of an integration in README are those that `PATCH` takes. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, "../..", file), "utf8");

it("README lists every setting of an integration", () => {
  const { components } = JSON.parse(read("docs/openapi.json")) as {
    components: { schemas: Record<string, { properties: Record<string, unknown> }> };
  };
  const [, table = ""] = /^\| setting .*\n.*\n((?:\|.*\n)+)/m.exec(read("README.md")) ?? [];
  const listed = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(listed.toSorted()).toEqual(Object.keys(components.schemas["IntegrationUpdate"]?.properties ?? {}).toSorted());
});
