import { defineProvider } from "./form/define.ts";
import { MINUTE } from "../lib/time.ts";

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

/**
 * A command channel of System Center Operations Manager: one alert from the script of the setup steps, or from other
 * scripts that use the parameter names of the channel.
 */
export const scom = defineProvider({
  id: "scom",
  name: "Microsoft SCOM",
  docs: "https://learn.microsoft.com/en-us/system-center/scom/manage-notifications-alert-notifications",
  category: "infrastructure",
  keywords: "system center operations manager windows microsoft servers",
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
  sender: {
    timeoutSeconds: 10,
    retries: ["4xx", "429", "5xx"],
    note: "the script makes five attempts in 15 s",
  },
  maxLatenessMs: 2 * MINUTE,
  body: "an SCOM alert",
  template: {
    // `$Data/Context/DataItem/AlertId$` of the channel, `$alert.Id` of the script, and what SCOM sends for a field that the
    // alert does not have.
    placeholder:
      /\$(?:Data|MPElement|RecipientEx|Target)[/[][^$]*\$|\$\(?\$?alert\.\w+\)?|^\s*(?:np|not ?present)\s*$/i,
  },
  recognizedBy: [{ all: ["alertId resolutionState", { any: ["alertName", "managedEntitySource", "timeRaised"] }] }],
  // Built-in resolution states by number. Operators define others.
  action: { at: "resolutionState", words: { trigger: "0", acknowledge: "249", resolve: "254 255" } },
  alertKey: "alertId",
  title: ["alertName", "alertDescription"],
  description: "alertDescription",
  severity: { at: "severity", words: { INFO: "0", MEDIUM: "1", CRITICAL: "2 error" } },
  source: ["managedEntitySource", "managedEntity"],
  url: "webConsoleUrl",
  // The times in the channel's parameters are local and have no zone.
  occurredAt: [
    { at: "timeRaised", on: "trigger" },
    { at: "lastModified", on: ["acknowledge", "resolve"] },
  ],
  startedAt: "timeRaised",
  author: { at: ["lastModifiedBy", "resolvedBy"], on: ["acknowledge", "resolve"] },
  leftOut: ["alertId", "alertName", "alertDescription"],
});
