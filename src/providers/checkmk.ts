import { asInstant, asText, asUtcInstant, firstText, keyOf, objectBody, without } from "./fields.ts";
import { macroReader, notificationAction, notificationTitle, readPerson, sideNote, stateSeverity } from "./nagios.ts";
import { newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";

const SCRIPT = `#!/bin/bash
# Tocsin

fields=()
for name in NOTIFICATIONTYPE WHAT HOSTNAME HOSTALIAS HOSTADDRESS HOSTSTATE HOSTOUTPUT \\
  SERVICEDESC SERVICESTATE SERVICEOUTPUT NOTIFICATIONAUTHOR NOTIFICATIONCOMMENT OMD_SITE MICROTIME; do
  variable="NOTIFY_$name"
  fields+=(--data-urlencode "$name=\${!variable}")
done
# Exit code 1 makes Checkmk try again later.
curl -sS --fail-with-body --retry 5 --retry-all-errors --retry-max-time 30 -m 10 -H @"$OMD_ROOT/etc/tocsin.header" \\
  "\${fields[@]}" "<INGEST_URL>" || exit 1`;

/** Checkmk's notification scripts: one notification of a host or service, with its variables as a form or as JSON. */
export const checkmk: Provider = {
  id: "checkmk",
  name: "Checkmk",
  docs: "https://docs.checkmk.com/latest/en/notifications.html",
  category: "infrastructure",
  keywords: "check_mk servers hosts services",
  verification: { scheme: "token" },
  setup: `1. On the Checkmk server, as the site's user, write this line to \`~/etc/tocsin.header\`, and run
   \`chmod 600 ~/etc/tocsin.header\`. The token then does not appear in the process list.

   \`\`\`
   X-Tocsin-Token: <SECRET>
   \`\`\`

2. Write this to \`~/local/share/check_mk/notifications/tocsin\` (curl 7.76 or newer):

   \`\`\`bash
${SCRIPT.replaceAll(/^/gm, "   ").replaceAll(/^ +$/gm, "")}
   \`\`\`

3. Make it executable: \`chmod +x ~/local/share/check_mk/notifications/tocsin\`
4. Open **Setup → Events → Notifications → Add rule**, and choose **Tocsin** as the notification method. In the conditions, leave
   all host and service events selected: without **Start or end of flapping state** and **Start or end of a scheduled downtime**, an
   alert stays open when the service recovers meanwhile.`,
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
      NOTIFICATIONAUTHOR: "",
      NOTIFICATIONCOMMENT: "",
      OMD_SITE: "prod",
      MICROTIME: "1790000000123456",
    },
  },
  // The script exits with 1 whenever curl fails. Checkmk treats that as a temporary error.
  senderProfile: {
    timeoutSeconds: 30,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "the script reports an error to Checkmk, which retries according to its settings",
  },
  formats: ["form"],
  volatile: [],
  recognizes: ({ body }) => {
    const field = macroReader(body);
    return Boolean(field("notificationtype") && field("what") && field("omdsite", "site", "hostname", "host"));
  },
  read({ body }) {
    const variables = objectBody(body, "an object with Checkmk's notification variables");
    const field = macroReader(variables);
    const host = asText(field("hostname", "host"));
    const ofHost = field("what") === "HOST";
    const service = ofHost ? null : asText(field("servicedesc", "service"));
    const state = asText(field(service === null ? "hoststate" : "servicestate", "status", "state", "severity")) ?? "";
    const type = asText(field("notificationtype")) ?? "";
    const person = readPerson(field, asText);
    const action = notificationAction(type, state, person.note);
    if (!action) return noEvents(sideNote(type));
    const url = asText(field("url")) ?? "";
    return singleEvent(
      newEvent({
        action,
        alertKey: service === null ? keyOf(host) : keyOf(host, service),
        externalId: service ?? host,
        title: asText(field("summary")) ?? notificationTitle(host, service, state),
        description: firstText(field(service === null ? "hostoutput" : "serviceoutput", "output"), field("longoutput")),
        severity: stateSeverity(state),
        source: host,
        // Checkmk sends only the path of its URL.
        url: /^https?:/.test(url) ? url : null,
        occurredAt: readTime(field),
        ...person,
        metadata: without(
          variables,
          "HOSTOUTPUT",
          "SERVICEOUTPUT",
          "MICROTIME",
          "NOTIFICATIONAUTHOR",
          "NOTIFICATIONCOMMENT",
          "summary",
          "output",
          "contact_email",
          "contact_pager",
        ),
      }),
    );
  },
};

/** Microseconds, or a local time. The local time is used only if the long form says that it is UTC. */
function readTime(field: (...names: string[]) => unknown): number | null {
  const microseconds = asText(field("microtime"));
  if (microseconds !== null) return asInstant(microseconds.slice(0, -3));
  return / UTC \d{4}$/.test(asText(field("longdatetime")) ?? "") ? asUtcInstant(field("shortdatetime")) : null;
}
