import { expect, it } from "vitest";
import { alertsUrl, listUrl, periodUrl } from "../../../src/console/triage/list-url.ts";

const parametersOf = (url: string) => Object.fromEntries(new URL(url, "http://tocsin").searchParams);
const [FROM, UNTIL] = [Date.parse("2026-10-01T12:00:00Z"), Date.parse("2026-10-01T12:30:00Z")];

it("links to the alerts that meet conditions", () => {
  expect(alertsUrl()).toBe("/alerts");
  expect(alertsUrl({}, "open")).toBe("/alerts?view=open");
  expect(parametersOf(alertsUrl({ severity: "critical" }, "open"))).toEqual({
    view: "open",
    query: "severity:critical",
  });
  expect(parametersOf(alertsUrl({ integration: 'Prod "EU"', muted: "true" }))).toEqual({
    query: String.raw`integration:"Prod \"EU\"" muted:true`,
  });
});

it("links to a period of a list, in place of the one that it has, with its other conditions", () => {
  const list = "/deliveries?integrationId=7&query=since%3A24h+disk";
  const inPeriod = periodUrl(list, FROM, UNTIL);
  expect(parametersOf(inPeriod)).toEqual({
    integrationId: "7",
    query: "disk since:2026-10-01T12:00:00Z until:2026-10-01T12:30:00Z",
  });
  expect(periodUrl(inPeriod, FROM, UNTIL)).toBe(inPeriod);
});

it("begins with the first page when a list changes", () => {
  expect(listUrl("/alerts?cursor=abc&flash=resolved&view=open", { sort: "lastSeenAt" })).toBe(
    "/alerts?view=open&sort=lastSeenAt",
  );
});
