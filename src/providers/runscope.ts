import type { Action } from "../alerts/model.ts";
import { asInstant, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, none, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** `result`; a run that was cancelled says nothing. */
const RESULTS: ReadonlyMap<string, Action> = new Map([
  ["pass", "resolve"],
  ["fail", "trigger"],
]);

/** Runscope (BlazeMeter API Monitoring): a test run that passed or failed. https://help.blazemeter.com/docs/guide/api-monitoring-webhook-notifications.html */
export const runscope: Provider = {
  id: "runscope",
  name: "Runscope (BlazeMeter API Monitoring)",
  docs: "https://help.blazemeter.com/docs/guide/api-monitoring-webhook-notifications.html",
  verification: { scheme: "token" },
  setup: `1. In the bucket, open **Connected Services → Webhook** and add \`<INGEST_URL>?token=<SECRET>\`.
2. In the environments of your tests, switch the integration on, for failures and the return to success.`,
  sample: {
    body: {
      test_id: "2ed42000-0001-4c1e-8d5b-000000000001",
      test_name: "Checkout",
      test_run_id: "d6e39000-0001-4c1e-8d5b-000000000001",
      result: "fail",
      started_at: 1789999990.5,
      finished_at: 1790000000.25,
      environment_name: "Production",
      environment_uuid: "e6a5d000-0001-4c1e-8d5b-000000000001",
      bucket_name: "Shop",
      region: "eu1",
      region_name: "Ireland",
      test_url: "https://www.runscope.com/radar/bucket/2ed42000",
      test_run_url: "https://www.runscope.com/radar/bucket/2ed42000/results/d6e39000",
      requests: [{ url: "https://shop.example.com/checkout", result: "fail", response_status_code: "503" }],
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  idempotencyKey: ({ body }) =>
    has(body, "test_run_id", "result") ? keyOf(objectBody(body, "a run").test_run_id) : null,
  recognises: ({ body }) => has(body, "test_run_id", "test_id"),
  read({ body }) {
    const message = objectBody(body, "Runscope's webhook object");
    const result = asText(message.result) ?? "";
    if (result === "canceled" || result === "working") return none("a run that neither passed nor failed");
    return one(
      newEvent({
        action: RESULTS.get(result) ?? "trigger",
        // The same test may fail in one environment and pass in another, or from another region.
        alertKey: keyOf(message.test_id, message.environment_uuid, message.region),
        externalId: asText(message.test_id),
        title: asText(message.test_name) ?? "Runscope test",
        description: `${result} in ${firstText(message.environment_name) ?? "?"} from ${firstText(message.region_name) ?? "?"}`,
        severity: "HIGH",
        source: firstText(message.bucket_name, message.test_name),
        url: firstText(message.test_run_url, message.test_url),
        occurredAt: asInstant(message.finished_at),
        metadata: {
          result,
          environment: message.environment_name,
          region: message.region,
          bucket: message.bucket_name,
          team: message.team_name,
          runId: message.test_run_id,
        },
      }),
    );
  },
};
