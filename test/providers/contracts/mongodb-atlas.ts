import { mongodbAtlas } from "../../../src/providers/mongodb-atlas.ts";
import type { Contract } from "../contract.ts";

const alertKey = "68d009e0a1b2c3d4e5f60761";
const headers = (event: string) => ({ "x-mms-event": event });

export const contract: Contract = {
  provider: mongodbAtlas,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "shop: OUTSIDE_METRIC_THRESHOLD DISK_PARTITION_SPACE_USED_DATA",
          description: "Disk space % used on Data Partition has gone above 90. Project: Shop",
          severity: "HIGH",
          source: "shop-shard-00-01.example.mongodb.net:27017",
          url: "https://cloud.mongodb.com/v2/68d009e0a1b2c3d4e5f60762#/alerts",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      headers: headers("alert.update"),
      patch: { updated: "2026-09-21T15:13:20Z" },
      reads: [{ action: "trigger", alertKey }],
    },
    {
      kind: "acknowledge",
      headers: headers("alert.acknowledge"),
      patch: { acknowledgingUsername: "alice@example.com", acknowledgementComment: "I add a disk" },
      reads: [{ action: "acknowledge", alertKey, author: "alice@example.com", note: "I add a disk" }],
    },
    {
      kind: "resolve",
      headers: headers("alert.close"),
      patch: { status: "CLOSED", resolved: "2026-09-21T15:13:20Z" },
      reads: [
        {
          action: "resolve",
          alertKey,
          occurredAt: "2026-09-21T15:13:20.000Z",
          startedAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      name: "canceled",
      headers: headers("alert.cancel"),
      patch: { status: "CANCELLED" },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "odd",
      name: "no header: the status",
      headers: headers(""),
      patch: { status: "CLOSED" },
      reads: [{ action: "resolve" }],
    },
    {
      kind: "odd",
      name: "an informational event",
      headers: headers("alert.inform"),
      patch: { status: "INFORMATIONAL", eventTypeName: "PRIMARY_ELECTED", metricName: null },
      reads: [{ action: "trigger", severity: "INFO", title: "shop: PRIMARY_ELECTED" }],
    },
    {
      kind: "odd",
      name: "a host that is down, without a cluster",
      patch: { eventTypeName: "HOST_DOWN", metricName: null, clusterName: null },
      reads: [{ severity: "CRITICAL", title: "HOST_DOWN" }],
    },
    { kind: "odd", name: "no id", patch: { id: null }, rejects: /expected the id of an alert/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an alert of MongoDB Atlas/ },
  ],
};
