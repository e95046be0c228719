import { defineProvider } from "./form/define.ts";
import { SET_SOURCE_SECRET } from "./setup.ts";

/** Which alert of a service an event is about. */
const ASPECTS = {
  build: "build_ended",
  deploy: "deploy_ended pre_deploy_ended image_pull_failed",
  "cron job": "cron_job_run_ended",
  job: "job_run_ended",
  server: "server_failed server_available server_restarted server_hardware_failure",
  suspension: "service_suspended service_resumed",
  database: "postgres_unavailable postgres_available key_value_unhealthy key_value_available",
};

const ENDED = "build_ended deploy_ended pre_deploy_ended cron_job_run_ended job_run_ended";

/** Render's webhooks: one event of a service, signed as Standard Webhooks. */
export const render = defineProvider({
  id: "render",
  name: "Render",
  docs: "https://render.com/docs/webhooks",
  category: "deployments",
  keywords: "deploys hosting cron jobs",
  // https://render.com/docs/webhooks: Standard Webhooks
  verification: { scheme: "standard-webhooks", toleranceSeconds: 300 },
  setup: `1. In Render, open **Integrations → Webhooks → Create Webhook** (Professional or higher).
2. URL: \`<INGEST_URL>\`. Choose the events **Deploy Ended**, **Build Ended**, **Server Failed**, **Server Available**, **Cron Job Run Ended**,
   **Service Suspended** and **Service Resumed**.
3. Copy the signing secret (\`whsec_…\`). ${SET_SOURCE_SECRET}`,
  sample: {
    headers: { "webhook-id": "evt-cukouhrtq21c73e9a001", "webhook-timestamp": "1790000000" },
    body: {
      type: "deploy_ended",
      timestamp: "2026-09-21T14:13:20.000Z",
      data: {
        id: "evt-cukouhrtq21c73e9a001",
        serviceId: "srv-cukouhrtq21c73e9a002",
        serviceName: "shop",
        status: "failed",
      },
    },
  },
  body: "a Render webhook",
  requires: [{ when: "type data", what: "type and data" }],
  recognizedBy: ["type timestamp data.serviceId"],
  relatedSources: ["standard-webhooks"],
  noAlert: [
    {
      when: { all: [{ at: "type", is: ENDED }, { not: { at: "data.status", is: "failed succeeded" } }] },
      why: "neither a failure nor a success",
    },
    {
      when: { all: ["type=pre_deploy_ended", { not: "data.status=failed" }] },
      why: "a step of a deploy that goes on",
    },
  ],
  action: [
    { at: { at: "data.status", when: { at: "type", is: ENDED } }, words: { trigger: "failed", resolve: "succeeded" } },
    {
      at: "type",
      words: {
        trigger:
          "server_failed server_hardware_failure image_pull_failed service_suspended postgres_unavailable key_value_unhealthy",
        resolve: "server_available service_resumed postgres_available key_value_available",
      },
      strict: true,
    },
    { noAlert: "the event is no alert" },
  ],
  alertKey: { parts: ["data.serviceId", { at: "type", words: ASPECTS }] },
  eventId: "data.id",
  title: [
    { text: "{data.serviceName}: {type}: {data.status}" },
    { text: "{data.serviceName}: {type}" },
    { text: "{data.serviceId}: {type}" },
  ],
  severity: [{ when: { at: "type", is: "build_ended cron_job_run_ended job_run_ended" }, is: "MEDIUM" }, "HIGH"],
  source: ["data.serviceName", "data.serviceId"],
  occurredAt: "timestamp",
  metadata: "type data.serviceId data.status",
});
