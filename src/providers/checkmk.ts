import { asInstant, asText, asUtcInstant, firstText, keyOf, objectBody, without } from "./fields.ts";
import { macroReader, notificationAction, notificationTitle, stateSeverity } from "./nagios.ts";
import { newEvent, none, one, type Provider } from "./provider.ts";

const SCRIPT = `#!/bin/bash
# Tocsin

fields=()
for name in NOTIFICATIONTYPE WHAT HOSTNAME HOSTALIAS HOSTADDRESS HOSTSTATE HOSTOUTPUT \\
  SERVICEDESC SERVICESTATE SERVICEOUTPUT OMD_SITE MICROTIME; do
  variable="NOTIFY_$name"
  fields+=(--data-urlencode "$name=\${!variable}")
done
curl -fsS -m 30 -H "X-Tocsin-Token: <SECRET>" "\${fields[@]}" "<INGEST_URL>" || exit 1`;

/**
 * Checkmk's notification scripts: one notification of a host or a service, its variables posted as a form or as JSON.
 * https://docs.checkmk.com/latest/en/notifications.html
 */
export const checkmk: Provider = {
  id: "checkmk",
  name: "Checkmk",
  docs: "https://docs.checkmk.com/latest/en/notifications.html",
  verification: { scheme: "token" },
  setup: `1. On the Checkmk server, as the site's user, write this to \`~/local/share/check_mk/notifications/tocsin\`:

   \`\`\`bash
${SCRIPT.replaceAll(/^/gm, "   ").replaceAll(/^ +$/gm, "")}
   \`\`\`

2. Make it executable: \`chmod +x ~/local/share/check_mk/notifications/tocsin\`
3. Open **Setup → Events → Notifications → Add rule**, and choose **Tocsin** as the notification method.`,
  sample: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: {
      NOTIFICATIONTYPE: "PROBLEM",
      WHAT: "SERVICE",
      HOSTNAME: "web-1",
      HOSTALIAS: "Shop front",
      HOSTADDRESS: "192.0.2.10",
      HOSTSTATE: "UP",
      HOSTOUTPUT: "Packet received via smart PING",
      SERVICEDESC: "Filesystem /var",
      SERVICESTATE: "CRIT",
      SERVICEOUTPUT: "Used: 97.20%",
      OMD_SITE: "prod",
      MICROTIME: "1790000000123456",
    },
  },
  // The script ends with status 1 whenever curl fails: to Checkmk that is an error that passes.
  senderProfile: {
    timeoutSeconds: 30,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "as our script tells Checkmk, which tries again as often as its settings say",
  },
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) => {
    const field = macroReader(body);
    return Boolean(field("notificationtype") && field("what") && field("omdsite", "site", "hostname", "host"));
  },
  read({ body }) {
    const variables = objectBody(body, "an object of Checkmk's notification variables");
    const field = macroReader(variables);
    const host = asText(field("hostname", "host"));
    const ofHost = field("what") === "HOST";
    const service = ofHost ? null : asText(field("servicedesc", "service"));
    const state = asText(field(service === null ? "hoststate" : "servicestate", "status", "state", "severity")) ?? "";
    const type = asText(field("notificationtype")) ?? "";
    const action = notificationAction(type, state);
    if (!action) return none(`${type}: nothing broke and nothing recovered`);
    const url = asText(field("url")) ?? "";
    return one(
      newEvent({
        action,
        alertKey: service === null ? keyOf(host) : keyOf(host, service),
        externalId: service ?? host,
        title: asText(field("summary")) ?? notificationTitle(host, service, state),
        description: firstText(field(service === null ? "hostoutput" : "serviceoutput", "output"), field("longoutput")),
        severity: stateSeverity(state),
        source: host,
        // Checkmk knows its own paths but not its address.
        url: /^https?:/.test(url) ? url : null,
        occurredAt: readTime(field),
        metadata: without(
          variables,
          "HOSTOUTPUT",
          "SERVICEOUTPUT",
          "MICROTIME",
          "summary",
          "output",
          "contact_email",
          "contact_pager",
        ),
      }),
    );
  },
};

/** Microseconds; or a time without a zone beside one with it, of which UTC alone is certain. */
function readTime(field: (...names: string[]) => unknown): number | null {
  const microseconds = asText(field("microtime"));
  if (microseconds !== null) return asInstant(microseconds.slice(0, -3));
  return / UTC \d{4}$/.test(asText(field("longdatetime")) ?? "") ? asUtcInstant(field("shortdatetime")) : null;
}
