import { defineProvider } from "./form/define.ts";
import { asList, asText, pick } from "./fields.ts";

/** Runscope's (now BlazeMeter API Monitoring) webhook notifications: one finished run of a test, passed or failed. */
export const runscope = defineProvider({
  id: "runscope",
  name: "Runscope",
  docs: "https://www.runscope.com/docs/api-testing/notifications",
  category: "uptime",
  keywords: "blazemeter api tests synthetic",
  setup: `1. In the test editor, open **Notifications**.
2. Webhook callback URL: \`<INGEST_URL>?token=<SECRET>\``,
  sample: {
    body: {
      test_id: "0b7c2a54-0f4e-4f0e-9d70-000000000001",
      test_name: "Checkout",
      test_run_id: "5de1c0f3-5a0b-4d35-8a44-000000000002",
      test_run_url: "https://www.runscope.com/radar/k2m1/0b7c2a54/results/5de1c0f3",
      test_url: "https://www.runscope.com/radar/k2m1/0b7c2a54",
      trigger_url: "https://api.runscope.com/radar/0b7c2a54/trigger",
      result: "fail",
      started_at: 1789999997.5,
      finished_at: 1790000000.125,
      bucket_key: "k2m1",
      bucket_name: "Shop",
      team_id: "9a1f0000-0000-4000-8000-000000000003",
      team_name: "Acme",
      environment_uuid: "77e10000-0000-4000-8000-000000000004",
      environment_name: "Production",
      region: "eu1",
      region_name: "EU Ireland",
      agent: null,
      variables: {},
      initial_variables: {},
      requests: [
        {
          url: "https://shop.example.com/checkout",
          method: "GET",
          result: "fail",
          response_status_code: "503",
          assertions: { total: 1, pass: 0, fail: 1 },
        },
      ],
    },
  },
  body: "a Runscope test run",
  recognizedBy: ["test_id test_run_id result bucket_key"],
  noAlert: [{ when: { at: "result", is: "working queued canceled" }, why: "the run did not finish" }],
  action: { at: "result", words: { resolve: "pass passed success" }, strict: true },
  // A test may pass in one environment or region and fail in another.
  alertKey: { parts: ["test_id", "environment_uuid?", "region?"] },
  title: "test_name",
  description: ({ requests }) => failuresOf(requests).join("\n"),
  severity: "HIGH",
  source: "test_name",
  url: ["test_run_url", "test_url"],
  occurredAt: "finished_at",
  // Variables and the URL that starts the test are secrets.
  metadata: {
    result: "result",
    runId: "test_run_id",
    bucket: "bucket_name",
    team: "team_name",
    environment: "environment_name",
    region: ["region_name", "region"],
    agent: "agent",
  },
});

const failuresOf = (requests: unknown): string[] =>
  asList(requests)
    .filter((request) => pick(request, "result") === "fail")
    .map((request) =>
      ["method", "url", "response_status_code"].flatMap((key) => asText(pick(request, key)) ?? []).join(" "),
    );
