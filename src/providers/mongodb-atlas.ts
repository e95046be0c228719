import { DEFAULT_HMAC } from "../verification/settings.ts";
import { defineProvider } from "./form/define.ts";

/** MongoDB Atlas, Cloud Manager and Ops Manager: one alert, signed. The body is the alert of the API. */
export const mongodbAtlas = defineProvider({
  id: "mongodb-atlas",
  name: "MongoDB Atlas",
  docs: "https://www.mongodb.com/docs/atlas/tutorial/third-party-service-integrations/",
  category: "cloud",
  keywords: "mongo database cloud ops manager",
  // The signature in base64 is HMAC-SHA1 of the body.
  verification: {
    ...DEFAULT_HMAC,
    header: "x-mms-signature",
    algorithm: "sha1",
    encoding: "base64",
    prefix: "",
  },
  setup: `1. In Atlas, open the project's **Integrations**, and configure **Webhook Settings**.
2. Webhook URL: \`<INGEST_URL>\`. Webhook secret: \`<SECRET>\`.
3. In **Project Alerts → Alert Settings**, add the notification method **Webhook** to your alerts. Existing alerts do not get it automatically.`,
  sample: {
    headers: { "x-mms-event": "alert.open" },
    body: {
      id: "68d009e0a1b2c3d4e5f60761",
      groupId: "68d009e0a1b2c3d4e5f60762",
      orgId: "68d009e0a1b2c3d4e5f60763",
      alertConfigId: "68d009e0a1b2c3d4e5f60764",
      typeName: "HOST_METRIC",
      eventTypeName: "OUTSIDE_METRIC_THRESHOLD",
      status: "OPEN",
      created: "2026-09-21T14:13:20Z",
      updated: "2026-09-21T14:13:20Z",
      clusterName: "shop",
      replicaSetName: "atlas-shop-shard-0",
      hostnameAndPort: "shop-shard-00-01.example.mongodb.net:27017",
      metricName: "DISK_PARTITION_SPACE_USED_DATA",
      currentValue: { number: 95, units: "RAW" },
      humanReadable: "Disk space % used on Data Partition has gone above 90. Project: Shop",
      links: [],
    },
  },
  body: "an alert of MongoDB Atlas",
  requires: [{ when: "id", what: "the id of an alert" }],
  recognizedBy: [
    "$headers.x-mms-event",
    "groupId eventTypeName status typeName",
    "groupId alertConfigId eventTypeName status",
  ],
  action: [
    {
      at: "$headers.x-mms-event",
      words: {
        trigger: "alert.open alert.update alert.inform",
        acknowledge: "alert.acknowledge",
        resolve: "alert.close alert.cancel",
      },
      strict: true,
    },
    {
      at: "status",
      words: { trigger: "OPEN TRACKING INFORMATIONAL", resolve: "CLOSED CANCELLED CANCELED" },
    },
  ],
  alertKey: "id",
  title: [
    { at: { join: [{ text: "{clusterName}: {eventTypeName}" }, "metricName"], with: " " }, when: "clusterName" },
    { join: ["eventTypeName", "metricName"], with: " " },
  ],
  description: ["humanReadable", { text: "{metricName} is {currentValue.number} {currentValue.units}" }],
  // The body has no severity, except of informational events such as an election.
  severity: [
    { when: { any: ["$headers.x-mms-event=alert.inform", "status=INFORMATIONAL"] }, is: "INFO" },
    { at: "severity" },
    {
      when: { at: "eventTypeName", is: "HOST_DOWN NO_PRIMARY CLUSTER_MONGOS_IS_MISSING CLUSTER_UNREACHABLE" },
      is: "CRITICAL",
    },
    "HIGH",
  ],
  source: ["hostnameAndPort", "clusterName", "replicaSetName"],
  url: [{ text: "https://cloud.mongodb.com/v2/{groupId}#/alerts" }, "links[0].href"],
  occurredAt: [{ at: "resolved", on: "resolve" }, { at: "created", on: "trigger" }, "updated"],
  startedAt: "created",
  author: { at: "acknowledgingUsername", on: "acknowledge" },
  note: { at: "acknowledgementComment", on: "acknowledge" },
  metadata:
    "status typeName eventTypeName clusterName replicaSetName hostnameAndPort metricName currentValue groupId orgId alertConfigId acknowledgedUntil",
});
