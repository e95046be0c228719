import type { Action, Severity } from "../alerts/model.ts";
import { MINUTE } from "../lib/time.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asSeverity, asText, firstText, has, hasAny, objectBody, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, type Provider, singleEvent } from "./provider.ts";
import { complete } from "./template.ts";

/** `$Data/Context/DataItem/AlertId$` of the channel, and `$alert.Id` of the script. */
const unfilled = placeholders(/\$(?:Data|MPElement|RecipientEx|Target)[/[][^$]*\$|\$\(?\$?alert\.\w+\)?/i);
const { filledKey, placeholderNote } = unfilled;

const SCRIPT = `param([string]$AlertId)
Import-Module OperationsManager
$alert = Get-SCOMAlert -Id $AlertId
$body = @{
  alertId = "$($alert.Id)"
  alertName = $alert.Name
  alertDescription = $alert.Description
  resolutionState = $alert.ResolutionState
  severity = [int]$alert.Severity
  priority = [int]$alert.Priority
  category = "$($alert.Category)"
  managedEntitySource = $alert.MonitoringObjectFullName
  repeatCount = $alert.RepeatCount
  timeRaised = $alert.TimeRaised.ToString("yyyy-MM-ddTHH:mm:ssZ")
  lastModified = $alert.LastModified.ToString("yyyy-MM-ddTHH:mm:ssZ")
}
$request = @{
  Method = "Post"
  Uri = "<INGEST_URL>"
  Headers = @{ "X-Tocsin-Token" = "<SECRET>" }
  ContentType = "application/json; charset=utf-8"
  Body = [Text.Encoding]::UTF8.GetBytes(($body | ConvertTo-Json))
  TimeoutSec = 10
}
foreach ($pause in 1, 2, 4, 8, 0) {
  try { Invoke-RestMethod @request; break }
  catch { if ($pause -eq 0) { throw } else { Start-Sleep -Seconds $pause } }
}`;

/** Built-in resolution states by number. Operators define others. */
const STATES: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    "0": "trigger",
    "249": "acknowledge",
    "254": "resolve",
    "255": "resolve",
  }),
);

const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({
    "0": "INFO",
    "1": "MEDIUM",
    "2": "CRITICAL",
    error: "CRITICAL",
  }),
);

/**
 * A command channel of System Center Operations Manager: one alert from the script of the setup steps, or from other
 * scripts that use the parameter names of the channel. https://learn.microsoft.com/en-us/system-center/scom/manage-notifications-alert-notifications
 */
export const scom: Provider = {
  id: "scom",
  name: "Microsoft SCOM",
  docs: "https://learn.microsoft.com/en-us/system-center/scom/manage-notifications-alert-notifications",
  verification: { scheme: "token" },
  setup: `1. On every management server of the notifications resource pool, save this as \`C:\\scripts\\tocsin.ps1\`:

   \`\`\`powershell
${SCRIPT.replaceAll(/^/gm, "   ")}
   \`\`\`

   Only administrators and the account of the management server may read the file: it holds the secret.
2. In the Operations console, open **Administration → Notifications → Channels → New channel → Command**. File:
   \`C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\`; parameters:
   \`-NoProfile -ExecutionPolicy Bypass -File C:\\scripts\\tocsin.ps1 -AlertId "$Data/Context/DataItem/AlertId$"\`
3. Add a subscriber with the channel and a subscription, for the resolution states New, Acknowledged, Resolved and **Closed**.`,
  sample: {
    body: {
      alertId: "2f1c7d0e-51a4-4f0f-9a63-0b6f7f3f2a10",
      alertName: "Health Service Heartbeat Failure",
      alertDescription:
        "The System Center Management Health Service on computer web-1.example.com failed to heartbeat.",
      resolutionState: 0,
      severity: 2,
      priority: 1,
      category: "StateCollection",
      managedEntitySource: "Microsoft.SystemCenter.HealthService:web-1.example.com",
      repeatCount: 0,
      timeRaised: "2026-09-21T14:13:20Z",
      lastModified: "2026-09-21T14:13:20Z",
    },
  },
  // The channel runs the script once.
  senderProfile: {
    timeoutSeconds: 10,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "the script makes five attempts in 15 s",
  },
  isTemplated: true,
  volatile: [],
  maxLatenessMs: 2 * MINUTE,
  recognizes: ({ body }) =>
    has(body, "alertId", "resolutionState") && hasAny(body, "alertName", "managedEntitySource", "timeRaised"),
  read({ body }) {
    const alert = objectBody(body, "an SCOM alert");
    const state = (present(alert.resolutionState) ?? "").toLowerCase();
    const severity = present(alert.severity) ?? "";
    const action = STATES.get(state) ?? parseActionIn(state) ?? "trigger";
    return singleEvent(
      complete(
        newEvent({
          action,
          alertKey: filledKey(present(alert.alertId)),
          externalId: present(alert.alertId),
          title: firstText(present(alert.alertName), present(alert.alertDescription)) ?? "SCOM alert",
          description: present(alert.alertDescription),
          severity: SEVERITIES.get(severity.toLowerCase()) ?? asSeverity(severity),
          source: firstText(present(alert.managedEntitySource), present(alert.managedEntity)),
          url: present(alert.webConsoleUrl),
          // The times in the channel's parameters are local and have no zone.
          occurredAt: asInstant(action === "trigger" ? alert.timeRaised : alert.lastModified),
          startedAt: action === "resolve" ? asInstant(alert.timeRaised) : null,
          author: action === "trigger" ? null : firstText(present(alert.lastModifiedBy), present(alert.resolvedBy)),
          metadata: without(alert, "alertId", "alertName", "alertDescription"),
        }),
        alert,
        { title: firstText(alert.alertName, alert.alertDescription), state, severity },
        unfilled,
      ),
      placeholderNote(alert.alertId, alert.alertName),
    );
  },
};

/** A text; null for the default text that SCOM sends when the alert has no such field. */
function present(value: unknown): string | null {
  const text = asText(value);
  return text === null || /^(?:np|not ?present)$/i.test(text) ? null : text;
}
