import { asList, asText, asUtcInstant, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/**
 * Thinkst Canary's generic webhook: one incident of a Canary or a Canarytoken; and the audit trail of the console, which is not
 * an alert. Thinkst sends nothing when an incident ends. https://docs.canary.tools/webhooks/generic.html
 */
export const thinkst: Provider = {
  id: "thinkst",
  name: "Thinkst Canary",
  docs: "https://docs.canary.tools/webhooks/generic.html",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "AlertType", "Description") &&
      hasAny(body, "IncidentHash", "CanaryID", "CanaryName", "AdditionalDetails")) ||
    pick(body, "type") === "console-audit",
  read({ body }) {
    const incident = objectBody(body, "a Thinkst Canary incident");
    if (incident.type === "console-audit") return noEvents("the console's audit trail");
    // The Console posts this incident when the webhook is set up.
    if (asText(incident.LogType) === "111111" || incident.CanaryID === "0000000testnode")
      return noEvents("the Console's dummy incident");
    return singleEvent(
      newEvent({
        action: "trigger",
        alertKey: keyOf(incident.IncidentHash),
        title: firstText(incident.Description, incident.Intro) ?? "Thinkst Canary incident",
        description: asText(incident.Intro),
        // The reminder is the only name of a Canarytoken.
        source: firstText(incident.CanaryName, incident.Reminder),
        occurredAt: asUtcInstant((asText(incident.Timestamp) ?? "").replace(/ \(UTC\)$/, "")),
        metadata: {
          alertType: incident.AlertType,
          logType: incident.LogType,
          sourceIp: incident.SourceIP,
          reverseDns: incident.ReverseDNS,
          canaryId: incident.CanaryID,
          canaryIp: incident.CanaryIP,
          canaryPort: incident.CanaryPort,
          location: incident.CanaryLocation,
          flock: incident.Flock,
          triggered: incident.Triggered,
          details: readDetails(incident.AdditionalDetails),
        },
      }),
    );
  },
};

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
