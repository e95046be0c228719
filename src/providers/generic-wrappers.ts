/** The names of objects and arrays that the generic provider looks into. Compared like field names (see generic-names.ts). */

/** Objects that hold an alert. Its fields may be inside of one of them. */
export const WRAPPERS = [
  "alert",
  "incident",
  "problem",
  "issue",
  "alarm",
  "monitor",
  "check",
  "heartbeat",
  "finding",
  "vulnerability",
  "objectattributes",
  "workflowrun",
  "workflowjob",
  "checkrun",
  "workflow",
  "pipeline",
  "build",
  "deployment",
  "deploy",
  "job",
  "run",
  "resourcedata",
  "resource",
  "involvedobject",
  "report",
  "data",
  "payload",
  "detail",
  "body",
  "attributes",
  "eventdata",
  "operatorobject",
  "event",
  "notification",
] as const;

/** Wrappers around another wrapper. */
export const ENVELOPES: ReadonlySet<string> = new Set([
  "data",
  "payload",
  "event",
  "detail",
  "body",
  "notification",
  "operatorobject",
  "eventdata",
]);

/** Wrappers that are one of many runs of the same thing. */
export const RUNS: ReadonlySet<string> = new Set([
  "workflowrun",
  "workflowjob",
  "checkrun",
  "workflow",
  "pipeline",
  "build",
  "deployment",
  "deploy",
  "job",
  "run",
]);

/** Arrays of alerts. */
export const BATCHES = ["alerts", "incidents", "events", "issues", "problems", "records"] as const;

/** Objects that name what the alert belongs to. */
export const CONTEXTS = [
  "project",
  "repository",
  "application",
  "app",
  "site",
  "service",
  "servicename",
  "resource",
  "host",
] as const;

/** Lists of messages of chat tools, and of alarms. The first one is read. */
export const ATTACHMENTS = ["attachments", "embeds", "alarmmetadata"] as const;
