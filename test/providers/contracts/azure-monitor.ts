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
    {
      kind: "odd",
      name: "a budget",
      patch: {
        data: {
          essentials: {
            alertRule: null,
            severity: null,
            monitoringService: "CostAlerts",
            description: "Over the budget",
          },
          alertContext: { AlertCategory: "budgets", AlertData: { BudgetName: "Shop EU" } },
        },
      },
      reads: [{ action: "trigger", title: "Budget Shop EU", description: "Over the budget" }],
    },
    {
      kind: "odd",
      name: "no rule: the description",
      patch: { data: { essentials: { alertRule: null } } },
      reads: [{ title: "CPU of db-1 above 90 %" }],
    },
    ...(
      [
        ["Active", "Unavailable", "trigger"],
        ["Resolved", "Available", "resolve"],
      ] as const
    ).map(([status, currentHealthStatus, action]) => ({
      kind: "odd" as const,
      name: `Resource Health: ${status}`,
      patch: {
        data: {
          essentials: {
            alertId: `/subscriptions/1/providers/Microsoft.AlertsManagement/alerts/${status}`,
            monitoringService: "Resource Health",
            monitorCondition: "Fired",
          },
          alertContext: { eventSource: "ResourceHealth", status, properties: { currentHealthStatus } },
        },
      },
      reads: [
        {
          action,
          alertKey:
            '["/subscriptions/11111111/resourcegroups/prod/providers/microsoft.compute/virtualmachines/db-1","db-1 CPU"]',
        },
      ],
    })),
    ...(
      [
        ["Active", "trigger"],
        ["Resolved", "resolve"],
      ] as const
    ).map(([stage, action]) => ({
      kind: "odd" as const,
      name: `Service Health in the activity log: ${stage}`,
      body: {
        schemaId: "Microsoft.Insights/activityLogs",
        data: {
          status: "Activated",
          context: {
            activityLog: {
              eventSource: "ServiceHealth",
              eventDataId: stage,
              status: stage,
              level: "Error",
              properties: { title: "SQL in West Europe", stage, trackingId: "AB12-CD3" },
            },
          },
        },
      },
      reads: [{ action, alertKey: "AB12-CD3", title: "SQL in West Europe", severity: "HIGH" as const }],
    })),
    {
      kind: "odd",
      name: "a log alert without its envelope",
      body: {
        AlertRuleName: "Errors",
        SubscriptionId: "s1",
        SearchQuery: "traces",
        Severity: "1",
        LinkToSearchResults: "https://portal.azure.com/q",
      },
      reads: [
        {
          action: "trigger",
          alertKey: '["Errors","s1"]',
          title: "Errors",
          severity: "HIGH",
          url: "https://portal.azure.com/q",
        },
      ],
    },
    {
      kind: "odd",
      name: "a resolve has the start of its episode",
      patch: { data: { essentials: { monitorCondition: "Resolved", resolvedDateTime: "2026-09-21T14:20:00Z" } } },
      reads: [{ action: "resolve", occurredAt: "2026-09-21T14:20:00.000Z", startedAt: "2026-09-21T14:13:20.371Z" }],
    },
  ],
};
