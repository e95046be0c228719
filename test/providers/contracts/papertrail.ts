import { papertrail } from "../../../src/providers/papertrail.ts";
import type { Contract } from "../contract.ts";

const saved_search = {
  id: 42,
  name: "Checkout fails",
  query: "program:shop status=503",
  html_search_url: "https://papertrailapp.example.com/searches/42",
};

export const contract: Contract = {
  provider: papertrail,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "42",
          title: "Checkout fails",
          description: "Sep 21 14:13:20 web-1 shop status=503 path=/checkout",
          severity: "HIGH",
          source: "web-1",
          url: "https://papertrailapp.example.com/searches/42",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "JSON, only counts",
      body: { counts: [{ source_name: "web-1", source_id: 2, timeseries: { 1790000000: 5 } }], saved_search },
      reads: [
        { action: "trigger", alertKey: "42", source: "web-1", description: "1 lines match program:shop status=503" },
      ],
    },
    {
      kind: "odd",
      name: "an inactivity alert",
      body: { payload: JSON.stringify({ events: [], saved_search }) },
      reads: [{ action: "trigger", alertKey: "42", description: "no lines match program:shop status=503" }],
    },
    {
      kind: "odd",
      name: "lines with the severity Info are what the operator searched for",
      body: { events: [{ severity: "Info", message: "out of memory" }], saved_search },
      reads: [{ severity: "MEDIUM" }],
    },
    { kind: "odd", name: "no JSON", body: { payload: "{" }, rejects: /expected JSON in the form field payload/ },
    { kind: "odd", name: "no search", body: { events: [] }, rejects: /expected a saved search/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a search of Papertrail/ },
  ],
};
