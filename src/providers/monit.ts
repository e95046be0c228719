import { defineProvider } from "./form/define.ts";

/** The variables of Monit's environment, by the name of the field that the script sends them in. */
const FIELDS = {
  service: "MONIT_SERVICE",
  event: "MONIT_EVENT",
  description: "MONIT_DESCRIPTION",
  host: "MONIT_HOST",
  date: "MONIT_DATE",
};

const SCRIPT = `#!/bin/sh
# Sends an event of Monit to Tocsin. Usage: tocsin.sh failed|succeeded
exec curl -sS --fail-with-body --retry 5 --retry-all-errors --retry-max-time 60 -m 10 -H @/etc/monit/tocsin.header \\
${Object.entries(FIELDS)
  .map(([name, variable]) => `  --data-urlencode "${name}=$${variable}" \\`)
  .join("\n")}
  --data-urlencode "status=$1" \\
  "<INGEST_URL>"`;

/** Monit: an event of a service, by the script of the setup steps. */
export const monit = defineProvider({
  id: "monit",
  name: "Monit",
  docs: "https://mmonit.com/monit/documentation/monit.html#ENVIRONMENT",
  category: "infrastructure",
  keywords: "linux servers processes daemons",
  setup: `1. Write this line to \`/etc/monit/tocsin.header\`, which only root may read (\`chmod 600\`). The token then does not appear in the
   process list:

   \`\`\`
   X-Tocsin-Token: <SECRET>
   \`\`\`

2. Write this script to \`/etc/monit/tocsin.sh\`, and make it executable (\`chmod 755\`; curl 7.76 or newer):

   \`\`\`
${SCRIPT.replaceAll(/^(?=.)/gm, "   ")}
   \`\`\`

3. In the checks of Monit, run it for the failure and for the recovery, for example:

   \`\`\`
   check host shop with address shop.example.com
     if failed port 443 protocol https then exec "/etc/monit/tocsin.sh failed"
     else if succeeded then exec "/etc/monit/tocsin.sh succeeded"
   \`\`\`

4. \`monit reload\`. All tests of a service are one alert.`,
  sample: {
    body: {
      service: "shop",
      event: "Connection failed",
      description: "failed protocol test [HTTP] at [shop.example.com]:443 [TCP/IP TLS] -- Connection refused",
      host: "web-1",
      date: "Mon, 21 Sep 2026 14:13:20",
      status: "failed",
    },
  },
  // curl retries these by the script, for a minute.
  sender: { timeoutSeconds: 10, retries: ["4xx", "429", "5xx"], note: "five times within a minute, by the script" },
  formats: ["form"],
  body: "the fields of the script of the setup steps",
  requires: [{ when: "service", what: "the service" }],
  recognizedBy: ["service event description host date status"],
  action: [
    { at: "status", words: { trigger: "failed", resolve: "succeeded" } },
    // Without an argument of the script: "Connection succeeded", "Exists".
    { at: "event" },
  ],
  alertKey: { parts: ["service", "host?"] },
  title: [{ text: "{service}: {event}" }, "service"],
  description: "description",
  severity: {
    when: { at: "event", is: ["Link down", "Does not exist", "Connection failed", "Ping failed"] },
    is: "HIGH",
  },
  source: ["host", "service"],
  metadata: "service event host date",
});
