import { defineProvider } from "./form/define.ts";
import { asList, asText, asUtcInstant } from "./fields.ts";

/**
 * Thinkst Canary's generic webhook: one incident of a Canary or a Canarytoken; and the audit trail of the console, which is not
 * an alert. Thinkst sends nothing when an incident ends.
 */
export const thinkst = defineProvider({
  id: "thinkst",
  name: "Thinkst Canary",
  docs: "https://docs.canary.tools/webhooks/generic.html",
  category: "logs",
  keywords: "canary honeypot security intrusion",
  setup: `1. In your Canary Console, open a flock's settings (or **Global Settings → Webhooks**), switch webhook notifications on, and
   click **+ → Add Generic**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Save. The Console posts a dummy incident at once, which opens no alert.`,
  sample: {
    body: {
      Description: "SSH Login Attempt",
      Timestamp: "2026-09-21 14:13:20 (UTC)",
      CanaryName: "fileserver-2",
      CanaryID: "0001f3a2b4c5d6e7",
      CanaryIP: "192.0.2.20",
      SourceIP: "192.0.2.99",
      CanaryLocation: "Stockholm office",
      ReverseDNS: "laptop-7.example.com",
      CanaryPort: 22,
      IncidentHash: "6f1ed002ab5595859014ebf0951522d9",
      Intro: "SSH Login Attempt has been detected against one of your Canaries (fileserver-2) at 192.0.2.20.",
      AdditionalDetails: [
        ["Username", "root"],
        ["Password", "hunter2"],
      ],
      AlertType: "CanaryIncident",
      LogType: "4002",
      MatchedAnnotations: "{}",
    },
  },
  body: "a Thinkst Canary incident",
  recognizedBy: [
    { all: ["AlertType Description", { any: ["IncidentHash", "CanaryID", "CanaryName", "AdditionalDetails"] }] },
    "type=console-audit",
  ],
  noAlert: [
    { when: "type=console-audit", why: "the console's audit trail" },
    // The Console posts this incident when the webhook is set up.
    { when: { any: ["LogType=111111", "CanaryID=0000000testnode"] }, why: "the Console's dummy incident" },
  ],
  alertKey: "IncidentHash",
  title: ["Description", "Intro"],
  description: "Intro",
  // The reminder is the only name of a Canarytoken.
  source: ["CanaryName", "Reminder"],
  occurredAt: ({ Timestamp }) => asUtcInstant(asText(Timestamp)?.replace(/ \(UTC\)$/, "")),
  metadata: {
    alertType: "AlertType",
    logType: "LogType",
    sourceIp: "SourceIP",
    reverseDns: "ReverseDNS",
    canaryId: "CanaryID",
    canaryIp: "CanaryIP",
    canaryPort: "CanaryPort",
    location: "CanaryLocation",
    flock: "Flock",
    triggered: "Triggered",
    details: ({ AdditionalDetails }) => readDetails(AdditionalDetails),
  },
});

/** Pairs of name and value, without passwords: an intruder may have tried a real one. */
const readDetails = (details: unknown): Record<string, unknown> =>
  Object.fromEntries(
    asList(details).flatMap((pair): [string, unknown][] => {
      const [name, value] = asList(pair);
      return typeof name === "string" && !/password|secret|authorization|cookie|\bkey\b/i.test(name)
        ? [[name, value]]
        : [];
    }),
  );
