import { defineProvider } from "./form/define.ts";
import type { ActionRule, Condition } from "./form/form.ts";
import { isObject } from "../lib/json.ts";
import { MINUTE } from "../lib/time.ts";
import { asText, has, objectBody, pick } from "./fields.ts";
import { readObject, UNTITLED } from "./generic-object.ts";
import { BodyError, type ProviderInput, type Reading, singleEvent } from "./provider.ts";

const STATES = { trigger: "fired activated", resolve: "resolved deactivated" };

/** https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema: 0 is the highest severity. */
const SEVERITIES = { CRITICAL: "Sev0 0", HIGH: "Sev1 1", MEDIUM: "Sev2 2", LOW: "Sev3 3", INFO: "Sev4 4" };

/** Resource Health and Service Health fire once per event of the activity log, also for the event that ends the problem. */
const healthRules = (isHealth: Condition, ...states: string[]): ActionRule[] => [
  {
    when: { all: [isHealth, { any: states.map((at) => ({ at, is: "available resolved complete rca" })) }] },
    is: "resolve",
  },
  { when: isHealth, is: "trigger" },
];

const IS_HEALTH = {
  any: [
    { at: "essentials.monitoringService", contains: "health" },
    { at: "alertContext.eventSource", contains: "health" },
  ],
};

/** The same for an entry of the activity log. */
const IS_HEALTH_ENTRY = { at: "eventSource", contains: "health" };

const RULE = { at: ["AlertRuleName", "alertrulename", "alertRuleName", "AlertName"] };

/** Azure Monitor's action group webhook: one alert in the common schema; also the older metric and classic alerts. */
export const azureMonitor = defineProvider({
  id: "azure-monitor",
  name: "Azure Monitor",
  docs: "https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema",
  category: "cloud",
  keywords: "microsoft cloud log analytics application insights",
  setup: `1. In the Azure portal, open **Monitor → Alerts → Action groups**, and create or edit one.
2. Under **Actions**, add a **Webhook** with the URI \`<INGEST_URL>?token=<SECRET>\` and set **Enable the common alert schema** to Yes.
3. Use the action group in your alert rules; leave **Automatically resolve alerts** on.`,
  sample: {
    body: {
      schemaId: "azureMonitorCommonAlertSchema",
      data: {
        essentials: {
          alertId:
            "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.AlertsManagement/alerts/b9569717",
          alertRule: "db-1 CPU",
          severity: "Sev1",
          signalType: "Metric",
          monitorCondition: "Fired",
          monitoringService: "Platform",
          alertTargetIDs: [
            "/subscriptions/11111111/resourcegroups/prod/providers/microsoft.compute/virtualmachines/db-1",
          ],
          configurationItems: ["db-1"],
          originAlertId: "3f2d4487_metricAlerts_db-1",
          firedDateTime: "2026-09-21T14:13:20.3713213Z",
          description: "CPU of db-1 above 90 %",
          essentialsVersion: "1.0",
          alertContextVersion: "1.0",
        },
        alertContext: {
          condition: { windowSize: "PT5M", allOf: [{ metricName: "Percentage CPU", metricValue: 97.1 }] },
        },
        customProperties: { team: "data" },
      },
    },
  },
  // https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups#webhook: retries 408, 429, 503, 504 and lost connections.
  sender: {
    timeoutSeconds: 10,
    retries: ["429", "5xx"],
    note: "only 503 and 504, five times after 5, 20, 5, 40 and 5 s; then Azure sends nothing to the URL for 15 minutes",
  },
  // firedDateTime is the start of the episode.
  maxLatenessMs: 2 * MINUTE,
  hasUniqueBody: true,
  body: "an Azure Monitor alert",
  unwrap: { optional: "data" },
  recognizedBy: [
    "essentials",
    "status context.conditionType",
    (_, { input }) => /^(?:Microsoft\.Insights|azureMonitor)/i.test(asText(pick(input.body, "schemaId")) ?? ""),
  ],
  kinds: [
    {
      // An entry of the activity log that a rule watches. Only health events resolve.
      when: "context.activityLog",
      events: "context.activityLog",
      event: "an entry of the activity log",
      action: [
        ...healthRules(IS_HEALTH_ENTRY, "properties.currentHealthStatus", "properties.stage", "status"),
        { at: "$body.status", words: STATES, strict: true },
      ],
      alertKey: [
        { at: "properties.trackingId", when: IS_HEALTH_ENTRY },
        { parts: [{ at: ["resourceId", "subscriptionId"], when: IS_HEALTH_ENTRY }, { text: "health" }] },
        // The entries of one operation (started, succeeded …) have one correlation id.
        { at: ["correlationId", "eventDataId", "id"] },
      ],
      externalId: ["eventDataId", "correlationId", "id"],
      title: ["properties.title", "operationName", "description", { text: "Azure activity" }],
      description: ["description", "properties.communication", "status"],
      severity: { at: "level" },
      source: ["resourceId", "subscriptionId"],
      url: {
        at: { text: "https://portal.azure.com/#resource{resourceId}" },
        when: { at: "resourceId", startsWith: "/subscriptions/" },
      },
      occurredAt: "eventTimestamp",
      metadata: "level operation=operationName status caller eventSource",
    },
    {
      // Metric alerts (schema AzureMonitorMetricAlert) and classic ones, which have no severity.
      when: "context",
      events: "context",
      event: "the context of an alert",
      action: { at: "$body.status", words: STATES, strict: true },
      // The id is that of the rule. A rule over several resources has one alert per resource.
      alertKey: [{ parts: ["id", { at: "resourceId", when: "$body.version" }] }, "id"],
      externalId: "id",
      title: "name",
      description: "description",
      severity: { at: "severity", words: SEVERITIES, strict: true },
      source: ["resourceName", "resourceId"],
      url: "portalLink",
      occurredAt: "timestamp",
      metadata: `$body.status severity condition resourceId resourceGroup=resourceGroupName region=resourceRegion
        $body.properties`,
    },
    {
      // Log alerts from before the common schema (Microsoft.Insights/LogAlert). They never resolve.
      when: { any: ["AlertRuleName", "alertrulename", "SearchQuery"] },
      events: "$body",
      action: "trigger",
      alertKey: { parts: [RULE, "SubscriptionId?"] },
      externalId: RULE,
      title: [RULE, { text: "Azure log alert" }],
      description: ["Description", "SearchQuery"],
      severity: { at: "Severity", words: SEVERITIES, strict: true },
      source: ["AffectedConfigurationItems[0]", "WorkspaceId"],
      url: "LinkToSearchResults",
      occurredAt: "SearchIntervalEndtimeUtc",
      metadata: "severity=Severity query=SearchQuery count=ResultCount threshold=AlertThresholdValue",
    },
    { when: { not: "essentials" }, read: readCustom },
  ],
  action: [
    ...healthRules(
      IS_HEALTH,
      "alertContext.properties.currentHealthStatus",
      "alertContext.properties.stage",
      "alertContext.status",
    ),
    { at: "essentials.monitorCondition", words: STATES, strict: true },
  ],
  alertKey: [
    // Each health event has its own alert id. The tracking id, or the rule and the resource, tie them together.
    { at: "alertContext.properties.trackingId", when: IS_HEALTH },
    {
      parts: [
        { at: ["alertContext.resourceId", "essentials.alertTargetIDs[0]"], when: IS_HEALTH },
        { at: ["essentials.alertRule", { text: "health" }] },
      ],
    },
    "essentials.alertId",
    "essentials.originAlertId",
  ],
  externalId: ["essentials.alertId", "essentials.originAlertId"],
  title: [
    "essentials.alertRule",
    { text: "Budget {alertContext.AlertData.BudgetName}" },
    "alertContext.properties.title",
    ({ essentials }) => asText(pick(essentials, "description"))?.split("\n")[0],
  ],
  description: ["essentials.description", "alertContext.properties.title", "alertContext.properties.details"],
  severity: { at: "essentials.severity", words: SEVERITIES, strict: true },
  source: ["essentials.configurationItems[0]", "essentials.alertTargetIDs[0]"],
  url: [
    "essentials.investigationLink",
    {
      text: "https://portal.azure.com/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/{essentials.alertId}",
    },
  ],
  occurredAt: [
    { at: ["essentials.resolvedDateTime", "alertContext.eventTimestamp"], on: "resolve" },
    { at: "essentials.firedDateTime", on: "trigger" },
  ],
  startedAt: "essentials.firedDateTime",
  metadata: `essentials.severity condition=essentials.monitorCondition essentials.signalType essentials.monitoringService
    targets=essentials.alertTargetIDs essentials.originAlertId context=alertContext customProperties`,
});

/** A custom JSON payload of a log alert has the names that its operator chose. */
function readCustom({ body }: ProviderInput): Reading {
  const message = objectBody(body, "an Azure Monitor alert");
  const data = message.data;
  const { event } = readObject(isObject(data) && has(data, "alertContext") ? data : message, "");
  if (event && event.title !== UNTITLED) return singleEvent(event);
  throw new BodyError("expected data.essentials (enable the common alert schema)", "/data");
}
