import type { Action, Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { MINUTE } from "../lib/time.ts";
import {
  asInstant,
  asObject,
  asSeverity,
  asText,
  firstText,
  has,
  hasAny,
  keyOf,
  objectBody,
  pick,
  urlPart,
} from "./fields.ts";
import { readObject, UNTITLED } from "./generic-object.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, type Reading } from "./provider.ts";

const OVER: ReadonlySet<string> = new Set(["resolved", "deactivated"]);

/** https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema: 0 is the highest severity. */
const SEVERITIES: readonly Severity[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"];

/**
 * Azure Monitor's action group webhook: one alert in the common schema; also the older metric and classic alerts.
 * https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
 */
export const azureMonitor: Provider = {
  id: "azure-monitor",
  name: "Azure Monitor",
  docs: "https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema",
  verification: { scheme: "token" },
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
  senderProfile: {
    timeoutSeconds: 10,
    clientErrors: "dropped",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "only 503 and 504, five times after 5, 20, 5, 40 and 5 s; then Azure sends nothing to the URL for 15 minutes",
  },
  volatile: [],
  // firedDateTime is the start of the episode.
  maxLatenessMs: 2 * MINUTE,
  hasUniqueBody: true,
  recognizes: ({ body }) =>
    has(pick(body, "data"), "essentials") ||
    (has(body, "schemaId", "data") && has(pick(body, "data"), "context")) ||
    (has(body, "status", "context") && has(pick(body, "context"), "conditionType")) ||
    /^(?:Microsoft\.Insights|azureMonitor)/i.test(asText(pick(body, "schemaId")) ?? ""),
  read({ body }) {
    const message = objectBody(body, "an Azure Monitor alert");
    const data = asObject(message.data);
    if (has(data, "essentials")) return readCommon(asObject(data.essentials), data);
    if (has(data, "context")) return readContext(data, asText(data.status));
    if (has(message, "context")) return readContext(message, asText(message.status));
    const logAlert = [data, message].find((each) => hasAny(each, "AlertRuleName", "alertrulename", "SearchQuery"));
    if (logAlert) return readLogAlert(logAlert);
    // A custom JSON payload of a log alert has the names that its operator chose.
    const { event } = readObject(has(data, "alertContext") ? data : message, "");
    if (event && event.title !== UNTITLED) return singleEvent(event);
    throw new BodyError("expected data.essentials (enable the common alert schema)", "/data");
  },
};

function readCommon(essentials: JsonObject, data: JsonObject): Reading {
  const context = asObject(data.alertContext);
  const properties = asObject(context.properties);
  const action = isHealth(essentials, context)
    ? healthAction(context.status, properties)
    : actionOf(essentials.monitorCondition);
  if (action === null) return noEvents("the health event has no effect");
  const alertId = asText(essentials.alertId);
  const budget = asText(pick(context, "AlertData", "BudgetName"));
  const description = firstText(essentials.description, properties.title, properties.details);
  return singleEvent(
    newEvent({
      action,
      alertKey:
        (isHealth(essentials, context) ? healthKey(essentials, context, properties) : null) ??
        keyOf(alertId) ??
        keyOf(essentials.originAlertId),
      externalId: alertId ?? asText(essentials.originAlertId),
      title:
        firstText(essentials.alertRule, budget && `Budget ${budget}`, properties.title) ??
        asText(description?.split("\n")[0]) ??
        "Azure Monitor alert",
      description,
      severity: severityOf(essentials.severity),
      source: firstText(pick(essentials, "configurationItems", 0), pick(essentials, "alertTargetIDs", 0)),
      url: firstText(essentials.investigationLink, portalUrl(alertId)),
      occurredAt: asInstant(
        action === "resolve"
          ? firstText(essentials.resolvedDateTime, context.eventTimestamp)
          : essentials.firedDateTime,
      ),
      startedAt: action === "resolve" ? asInstant(essentials.firedDateTime) : null,
      metadata: {
        severity: essentials.severity,
        condition: essentials.monitorCondition,
        signalType: essentials.signalType,
        monitoringService: essentials.monitoringService,
        targets: essentials.alertTargetIDs,
        originAlertId: essentials.originAlertId,
        context: data.alertContext,
        customProperties: data.customProperties,
      },
    }),
  );
}

/** Resource Health and Service Health fire once per event of the activity log, also for the event that ends the problem. */
const isHealth = (essentials: JsonObject, context: JsonObject): boolean =>
  /health/i.test(`${asText(essentials.monitoringService)} ${asText(context.eventSource)}`);

/** The state of a health event; null: planned, or only informational. */
function healthAction(status: unknown, properties: JsonObject): Action | null {
  const words = [properties.currentHealthStatus, properties.stage, status].map((word) => asText(word) ?? "");
  return words.some((word) => /^(?:available|resolved|complete|rca)$/i.test(word)) ? "resolve" : "trigger";
}

/** Each event has its own alert id. The tracking id, or the rule and the resource, tie them together. */
const healthKey = (essentials: JsonObject, context: JsonObject, properties: JsonObject): string | null =>
  keyOf(properties.trackingId) ??
  keyOf(
    firstText(context.resourceId, pick(essentials, "alertTargetIDs", 0)),
    firstText(essentials.alertRule, "health"),
  );

/** Metric alerts (schema AzureMonitorMetricAlert) and classic ones, which have no severity. */
function readContext(message: JsonObject, status: string | null): Reading {
  const context = asObject(message.context);
  if (has(context, "activityLog")) return readActivity(asObject(context.activityLog), status);
  return singleEvent(
    newEvent({
      action: actionOf(status),
      // The id is that of the rule. A rule over several resources has one alert per resource.
      alertKey:
        has(context, "resourceId") && has(message, "version")
          ? keyOf(context.id, context.resourceId)
          : keyOf(context.id),
      externalId: asText(context.id),
      title: asText(context.name) ?? "Azure Monitor alert",
      description: asText(context.description),
      severity: severityOf(context.severity),
      source: firstText(context.resourceName, context.resourceId),
      url: asText(context.portalLink),
      occurredAt: asInstant(context.timestamp),
      metadata: {
        status,
        severity: context.severity,
        condition: context.condition,
        resourceId: context.resourceId,
        resourceGroup: context.resourceGroupName,
        region: context.resourceRegion,
        properties: message.properties,
      },
    }),
  );
}

/** An entry of the activity log that a rule watches. Only health events resolve. */
function readActivity(entry: JsonObject, status: string | null): Reading {
  const properties = asObject(entry.properties);
  const isHealthEvent = isHealth({}, entry);
  const action = isHealthEvent ? healthAction(entry.status, properties) : actionOf(status);
  return singleEvent(
    newEvent({
      action: action ?? "trigger",
      // The entries of one operation (started, succeeded …) have one correlation id.
      alertKey: isHealthEvent
        ? (keyOf(properties.trackingId) ?? keyOf(firstText(entry.resourceId, entry.subscriptionId), "health"))
        : keyOf(firstText(entry.correlationId, entry.eventDataId, entry.id)),
      externalId: firstText(entry.eventDataId, entry.correlationId, entry.id),
      title: firstText(pick(entry, "properties", "title"), entry.operationName, entry.description) ?? "Azure activity",
      description: firstText(entry.description, pick(entry, "properties", "communication"), entry.status),
      severity: asSeverity(entry.level),
      source: firstText(entry.resourceId, entry.subscriptionId),
      url: resourceUrl(asText(entry.resourceId)),
      occurredAt: asInstant(entry.eventTimestamp),
      metadata: {
        level: entry.level,
        operation: entry.operationName,
        status: entry.status,
        caller: entry.caller,
        eventSource: entry.eventSource,
      },
    }),
  );
}

/** The page of a resource in the portal. */
const resourceUrl = (id: string | null): string | null =>
  id?.startsWith("/subscriptions/") ? `https://portal.azure.com/#resource${id}` : null;

/** Log alerts from before the common schema (Microsoft.Insights/LogAlert). They never resolve. */
const readLogAlert = (data: JsonObject): Reading =>
  singleEvent(
    newEvent({
      action: "trigger",
      alertKey: keyOf(nameOfRule(data), data.SubscriptionId),
      externalId: nameOfRule(data),
      title: nameOfRule(data) ?? "Azure log alert",
      description: firstText(data.Description, data.SearchQuery),
      severity: severityOf(data.Severity),
      source: firstText(pick(data, "AffectedConfigurationItems", 0), data.WorkspaceId),
      url: asText(data.LinkToSearchResults),
      occurredAt: asInstant(data.SearchIntervalEndtimeUtc),
      metadata: {
        severity: data.Severity,
        query: data.SearchQuery,
        count: data.ResultCount,
        threshold: data.AlertThresholdValue,
      },
    }),
  );

const nameOfRule = (data: JsonObject): string | null =>
  firstText(data.AlertRuleName, data.alertrulename, data.alertRuleName, data.AlertName);

const actionOf = (state: unknown): Action => (OVER.has((asText(state) ?? "").toLowerCase()) ? "resolve" : "trigger");

/** `Sev0` … `Sev4`, or only the number. */
const severityOf = (value: unknown): Severity =>
  SEVERITIES[Number(/^(?:Sev)?([0-4])$/i.exec(asText(value) ?? "")?.[1] ?? Number.NaN)] ?? "MEDIUM";

const portalUrl = (alertId: string | null): string | null =>
  alertId === null
    ? null
    : `https://portal.azure.com/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/${urlPart(alertId)}`;
