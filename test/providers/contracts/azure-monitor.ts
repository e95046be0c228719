import { azureMonitor } from "../../../src/providers/azure-monitor.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: azureMonitor,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey:
            "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.AlertsManagement/alerts/b9569717",
          title: "db-1 CPU",
          description: "CPU of db-1 above 90 %",
          severity: "HIGH",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.371Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { data: { alertContext: { condition: { windowSize: "PT10M" } } } },
      reads: [
        {
          alertKey:
            "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.AlertsManagement/alerts/b9569717",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { data: { essentials: { monitorCondition: "Resolved", resolvedDateTime: "2026-09-21T14:23:20.1Z" } } },
      reads: [
        {
          action: "resolve",
          alertKey:
            "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.AlertsManagement/alerts/b9569717",
          occurredAt: "2026-09-21T14:23:20.100Z",
        },
      ],
    },
    ...(
      [
        ["Sev0", "CRITICAL"],
        ["Sev2", "MEDIUM"],
        ["Sev3", "LOW"],
        ["Sev4", "INFO"],
        ["Sev9", "MEDIUM"],
      ] as const
    ).map(([word, severity]) => ({
      kind: "odd" as const,
      name: word,
      patch: { data: { essentials: { severity: word } } },
      reads: [{ severity }],
    })),
    {
      kind: "trigger",
      name: "the metric alert schema",
      body: {
        schemaId: "AzureMonitorMetricAlert",
        data: {
          version: "2.0",
          status: "Activated",
          context: {
            id: "/rules/cpu",
            name: "CPU",
            severity: "3",
            resourceId: "/vm/1",
            resourceName: "web01",
            timestamp: "2026-09-21T14:13:20Z",
          },
        },
      },
      reads: [
        { action: "trigger", alertKey: '["/rules/cpu","/vm/1"]', title: "CPU", severity: "LOW", source: "web01" },
      ],
    },
    {
      kind: "resolve",
      name: "a classic alert",
      body: { status: "Resolved", context: { id: "/rules/cpu", name: "CPU", conditionType: "Metric" } },
      reads: [{ action: "resolve", alertKey: "/rules/cpu", severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "a log alert from before the common schema",
      body: {
        schemaId: "Microsoft.Insights/LogAlert",
        data: {
          AlertRuleName: "Errors",
          SubscriptionId: "s1",
          Severity: "1",
          SearchQuery: "errors",
          SearchIntervalEndtimeUtc: "2026-09-21T14:13:20Z",
        },
      },
      reads: [
        {
          action: "trigger",
          alertKey: '["Errors","s1"]',
          title: "Errors",
          severity: "HIGH",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "an entry of the activity log",
      body: {
        schemaId: "Microsoft.Insights/activityLogs",
        data: {
          status: "Activated",
          context: { activityLog: { operationName: "Delete virtual machine", level: "Warning", eventDataId: "e1" } },
        },
      },
      reads: [
        { action: "trigger", alertKey: "e1", externalId: "e1", title: "Delete virtual machine", severity: "MEDIUM" },
      ],
    },
    { kind: "odd", name: "no common schema", body: { data: {} }, rejects: /enable the common alert schema/ },
  ],
};
