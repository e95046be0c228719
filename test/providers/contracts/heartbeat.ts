import { heartbeat } from "../../../src/providers/heartbeat.ts";
import type { Contract } from "../contract.ts";

const alive = { action: "heartbeat" as const, alertKey: "heartbeat", title: "The job", externalId: null };

export const contract: Contract = {
  provider: heartbeat,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "nightly-backup",
          externalId: "nightly-backup",
          title: "nightly-backup failed: exit code 1",
          description: "pg_dump: error: connection to server failed",
          severity: "HIGH",
          source: "nightly-backup",
          metadata: { job: "nightly-backup", exit: "1" },
        },
      ],
    },
    {
      kind: "resolve",
      patch: { exit: "0", message: null },
      reads: [{ action: "heartbeat", alertKey: "nightly-backup", title: "nightly-backup" }],
    },
    {
      kind: "resolve",
      name: "a job with a status",
      patch: { exit: null, status: "ok" },
      reads: [{ action: "heartbeat", alertKey: "nightly-backup" }],
    },
    { kind: "odd", name: "an empty body", body: "", reads: [alive] },
    { kind: "odd", name: "any text", body: "backed up 17 GB", reads: [alive] },
    {
      kind: "odd",
      name: "an exit code in the query, with the output as the body",
      body: "disk full\n",
      query: "job=db&exit=3&token=x",
      reads: [{ action: "trigger", alertKey: "db", title: "db failed: exit code 3", description: "disk full" }],
    },
    {
      kind: "odd",
      name: "a status in the query",
      body: "",
      query: "status=fail",
      reads: [{ action: "trigger", alertKey: "heartbeat", title: "The job failed: status fail" }],
    },
    {
      kind: "odd",
      name: "a failure with exit code 0",
      body: { status: "fail", exit: 0 },
      reads: [{ action: "trigger", title: "The job failed: status fail" }],
    },
    {
      kind: "odd",
      name: "JSON with a number",
      body: { job: "db", exit: 0 },
      reads: [{ action: "heartbeat", alertKey: "db" }],
    },
    ...["complete", "success", "alive", "up"].map((status) => ({
      kind: "odd" as const,
      name: `status ${status}`,
      body: { status },
      reads: [alive],
    })),
    ...["failed", "down", "error", "who knows"].map((status) => ({
      kind: "odd" as const,
      name: `status ${status}`,
      body: { status },
      reads: [{ action: "trigger" as const, alertKey: "heartbeat" }],
    })),
    {
      kind: "odd",
      name: "an exit code that the shell did not fill in",
      body: { exit: "$?" },
      reads: [{ action: "trigger", title: "The job failed: exit code $?" }],
    },
    { kind: "test", name: "the start of a job", body: { job: "db", status: "start" }, reads: [] },
  ],
};
