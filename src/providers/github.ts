import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import {
  asInstant,
  asObject,
  asSeverity,
  asText,
  firstText,
  formJson,
  has,
  hasAny,
  keyOf,
  objectBody,
  pick,
} from "./fields.ts";
import { BodyError, NEVER_RETRIES, newEvent, noEvents, type Provider, type Reading, singleEvent } from "./provider.ts";

/** `action` of the security alerts' webhooks; the others (assignees, locations …) do not change the state. */
const ALERT_ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    created: "trigger",
    create: "trigger",
    reopen: "trigger",
    dismiss: "resolve",
    resolve: "resolve",
    appeared_in_branch: "trigger",
    reopened: "trigger",
    reopened_by_user: "trigger",
    auto_reopened: "trigger",
    reintroduced: "trigger",
    publicly_leaked: "trigger",
    fixed: "resolve",
    dismissed: "resolve",
    auto_dismissed: "resolve",
    closed_by_user: "resolve",
    resolved: "resolve",
  }),
);

/** `conclusion` of a run; the others mean neither failure nor success. */
const CONCLUSIONS: ReadonlyMap<string, Action> = new Map([
  ["success", "resolve"],
  ["failure", "trigger"],
  ["timed_out", "trigger"],
  ["startup_failure", "trigger"],
]);

/**
 * GitHub: security alerts (Dependabot, code scanning, secret scanning) and failures of workflows.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const github: Provider = {
  id: "github",
  name: "GitHub",
  docs: "https://docs.github.com/en/webhooks/webhook-events-and-payloads",
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  verification: {
    scheme: "hmac",
    header: "x-hub-signature-256",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "sha256=",
    toleranceSeconds: 300,
    content: "{body}",
  },
  setup: `1. In the repository or organization, open **Settings → Webhooks → Add webhook**.
2. Payload URL: \`<INGEST_URL>\`. Content type: \`application/json\`. Secret: \`<SECRET>\`.
3. Choose the events **Dependabot alerts**, **Code scanning alerts**, **Secret scanning alerts**, **Repository advisories** and
   **Workflow runs**.`,
  sample: {
    headers: { "x-github-event": "dependabot_alert", "x-github-delivery": "2b6f4d10-9d3e-11f0-8f0b-000000000001" },
    body: {
      action: "created",
      alert: {
        number: 42,
        state: "open",
        html_url: "https://github.example.com/acme/shop/security/dependabot/42",
        created_at: "2026-09-21T14:13:20Z",
        updated_at: "2026-09-21T14:13:20Z",
        dependency: { package: { ecosystem: "npm", name: "left-parser" } },
        security_advisory: {
          ghsa_id: "GHSA-xxxx-xxxx-xxxx",
          summary: "left-parser runs what it parses",
          description: "Versions before 2.1.0 evaluate their input.",
          severity: "critical",
        },
      },
      repository: { id: 901234, full_name: "acme/shop", html_url: "https://github.example.com/acme/shop" },
      sender: { login: "dependabot[bot]", type: "Bot" },
    },
  },
  // https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries: GitHub never retries.
  senderProfile: { ...NEVER_RETRIES, timeoutSeconds: 10 },
  formats: ["form"],
  volatile: [],
  idempotencyKey: ({ headers }) => headers.get("x-github-delivery"),
  hasUniqueBody: true,
  recognizes: ({ headers, body }) =>
    headers.has("x-github-event") || (has(body, "repository", "sender") && has(body, "action")),
  read({ headers, body }) {
    const message = formJson(objectBody(body, "a GitHub webhook"), "payload");
    const event = headers.get("x-github-event");
    if (event === "secret_scanning_alert_location" || has(message, "location"))
      return noEvents("another location of a known secret");
    if (has(message, "alert")) return readAlert(message, asObject(message.alert));
    for (const name of ADVISORIES) {
      if (has(message, name)) return readAdvisory(message, asObject(message[name]));
    }
    if (has(message, "workflow_run")) return readRun(message, asObject(message.workflow_run));
    if (event === null && !hasAny(message, "repository", "organization", "sender", "zen"))
      throw new BodyError("expected a GitHub webhook");
    return noEvents(has(message, "zen") ? "GitHub's ping" : "not an alert event");
  },
};

function readAlert(message: JsonObject, alert: JsonObject): Reading {
  const action = ALERT_ACTIONS.get(asText(message.action) ?? "");
  if (!action) return noEvents("the action does not change the state of the alert");
  const [advisory, rule] = [asObject(alert.security_advisory), asObject(alert.rule)];
  const secretType = firstText(alert.secret_type_display_name, alert.secret_type);
  const severity = firstText(
    advisory.severity,
    pick(alert, "security_vulnerability", "severity"),
    rule.security_severity_level,
    rule.severity,
    alert.severity,
  );
  // A leaked secret is usable by whoever finds it.
  const isPublic = message.action === "publicly_leaked" || alert.publicly_leaked === true;
  const fallback = kindOf(alert) !== "secret-scanning" ? "MEDIUM" : isPublic ? "CRITICAL" : "HIGH";
  const isFirst = message.action === "created";
  return singleEvent(
    newEvent({
      action,
      // Alert numbers are per kind and repository.
      alertKey: keyOf(firstText(alert.number, alert.id), kindOf(alert), pick(message, "repository", "id")),
      externalId: firstText(alert.number, alert.id),
      title:
        firstText(
          advisory.summary,
          rule.description,
          rule.name,
          secretType && `Secret in the repository: ${secretType}`,
          alert.affected_package_name &&
            [alert.affected_package_name, firstText(alert.external_identifier, alert.ghsa_id)]
              .map(asText)
              .filter(Boolean)
              .join(": "),
        ) ?? "GitHub security alert",
      description: firstText(advisory.description, pick(alert, "most_recent_instance", "message", "text")),
      // `note` is the lowest severity of rules that are not about security.
      severity: asSeverity(severity === "note" ? "low" : severity, fallback),
      source: asText(pick(message, "repository", "full_name")),
      url: firstText(alert.html_url, alert.external_reference, pick(message, "repository", "html_url")),
      occurredAt: asInstant(
        action === "resolve"
          ? firstText(alert.fixed_at, alert.dismissed_at, alert.auto_dismissed_at, alert.resolved_at, alert.updated_at)
          : firstText(isFirst ? alert.created_at : alert.updated_at, alert.created_at),
      ),
      author: asText(pick(message, "sender", "login")),
      note:
        action === "resolve"
          ? firstText(alert.dismissed_comment, alert.resolution_comment, alert.dismissed_reason, alert.dismiss_reason)
          : null,
      metadata: {
        action: message.action,
        kind: kindOf(alert),
        severity,
        package: pick(alert, "dependency", "package", "name"),
        advisory: advisory.ghsa_id,
        rule: rule.id,
        tool: pick(alert, "tool", "name"),
        ref: pick(alert, "most_recent_instance", "ref"),
        sender: pick(message, "sender", "login"),
      },
    }),
  );
}

/** repository_vulnerability_alert is the predecessor of dependabot_alert. */
const kindOf = (alert: JsonObject): string => {
  if (has(alert, "security_advisory") || has(alert, "security_vulnerability")) return "dependabot";
  if (hasAny(alert, "affected_package_name", "affected_range")) return "vulnerability";
  return has(alert, "rule") ? "code-scanning" : "secret-scanning";
};

/** The objects of advisory events, of GitHub's database and of a repository. */
const ADVISORIES = ["security_advisory", "repository_advisory"] as const;

/** `action` of an advisory; the others only add to it. */
const ADVISORY_ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["published", "trigger"],
  ["performed", "trigger"],
  ["reported", "trigger"],
  ["withdrawn", "resolve"],
]);

function readAdvisory(message: JsonObject, advisory: JsonObject): Reading {
  const action = ADVISORY_ACTIONS.get(asText(message.action) ?? "");
  if (!action) return noEvents("the action does not change the state of the advisory");
  const repository = asText(pick(message, "repository", "full_name"));
  return singleEvent(
    newEvent({
      action,
      alertKey: keyOf(advisory.ghsa_id, "advisory", pick(message, "repository", "id")),
      externalId: asText(advisory.ghsa_id),
      title: firstText(advisory.summary, advisory.ghsa_id) ?? "GitHub security advisory",
      description: asText(advisory.description),
      severity: asSeverity(advisory.severity),
      source: repository ?? asText(pick(advisory, "vulnerabilities", 0, "package", "name")),
      url: firstText(advisory.html_url, pick(advisory, "references", 0, "url")),
      occurredAt: asInstant(
        action === "resolve" ? advisory.withdrawn_at : firstText(advisory.updated_at, advisory.published_at),
      ),
      metadata: {
        action: message.action,
        kind: "advisory",
        cve: advisory.cve_id,
        severity: advisory.severity,
        vulnerabilities: advisory.vulnerabilities,
      },
    }),
  );
}

/** A failed workflow is an alert until a later run on the same branch succeeds. */
function readRun(message: JsonObject, run: JsonObject): Reading {
  const conclusion = asText(run.conclusion) ?? "";
  const action = message.action === "completed" ? CONCLUSIONS.get(conclusion) : undefined;
  if (!action) return noEvents("a run that neither failed nor succeeded");
  return singleEvent(
    newEvent({
      action,
      // A fork may have a branch with the same name.
      alertKey: keyOf(run.workflow_id, pick(run, "head_repository", "full_name"), run.head_branch),
      externalId: asText(run.id),
      title: `${asText(run.name) ?? "Workflow"}: ${conclusion.replaceAll("_", " ")} on ${asText(run.head_branch) ?? "?"}`,
      description: firstText(run.display_title, pick(run, "head_commit", "message")),
      source: asText(pick(message, "repository", "full_name")),
      url: asText(run.html_url),
      occurredAt: asInstant(run.updated_at),
      metadata: {
        conclusion,
        event: run.event,
        branch: run.head_branch,
        sha: run.head_sha,
        attempt: run.run_attempt,
        actor: pick(run, "actor", "login"),
      },
    }),
  );
}
