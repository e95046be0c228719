import { asInstant, asList, asText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

const GOOD: ReadonlySet<string> = new Set(["pass", "passed", "success"]);
const UNFINISHED: ReadonlySet<string> = new Set(["working", "queued", "canceled"]);

/**
 * Runscope's (now BlazeMeter API Monitoring) webhook notifications: one finished run of a test, passed or failed.
 * https://www.runscope.com/docs/api-testing/notifications
 */
export const runscope: Provider = {
  id: "runscope",
  name: "Runscope",
  docs: "https://www.runscope.com/docs/api-testing/notifications",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) => has(body, "test_id", "test_run_id", "result") && has(body, "bucket_key"),
  read({ body }) {
    const run = objectBody(body, "a Runscope test run");
    const result = (asText(run.result) ?? "").toLowerCase();
    if (UNFINISHED.has(result)) return noEvents("the run did not finish");
    const failures = asList(run.requests)
      .filter((request) => pick(request, "result") === "fail")
      .map((request) => ["method", "url", "response_status_code"].flatMap((key) => asText(pick(request, key)) ?? []));
    return singleEvent(
      newEvent({
        action: GOOD.has(result) ? "resolve" : "trigger",
        // A test may pass in one environment or region and fail in another.
        alertKey: keyOf(run.test_id, run.environment_uuid, run.region),
        externalId: asText(run.test_id),
        title: asText(run.test_name) ?? "Runscope test",
        description: asText(failures.map((parts) => parts.join(" ")).join("\n")),
        severity: "HIGH",
        source: asText(run.test_name),
        url: asText(run.test_run_url) ?? asText(run.test_url),
        occurredAt: asInstant(run.finished_at),
        // Variables and the URL that starts the test are secrets.
        metadata: {
          result: run.result,
          runId: run.test_run_id,
          bucket: run.bucket_name,
          team: run.team_name,
          environment: run.environment_name,
          region: run.region_name ?? run.region,
          agent: run.agent,
        },
      }),
    );
  },
};
