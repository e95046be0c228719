import { expect, it } from "vitest";
import { annotationsOf } from "../../../src/console/alert/annotations.tsx";
import { linksOf } from "../../../src/console/alert/links.tsx";

it("finds links in annotations, and only web pages", () => {
  const alert = {
    url: "javascript:alert(1)",
    title: "t",
    description: null,
    metadata: {
      annotations: { runbook_url: "https://r.example/x", dashboard: "not a link", summary: "t" },
      generatorURL: "http://p/g",
    },
  };
  expect(linksOf(alert)).toEqual([
    { name: "Runbook", url: "https://r.example/x" },
    { name: "Graph", url: "http://p/g" },
  ]);
  expect(annotationsOf(alert).map(([name]) => name)).toEqual(["runbook_url", "dashboard"]);
});
