import { defineProvider } from "./form/define.ts";

/** Apprise's JSON notification, which hundreds of programs can send. */
export const apprise = defineProvider({
  id: "apprise",
  name: "Apprise",
  docs: "https://appriseit.com/services/json/",
  category: "generic",
  keywords: "notifications library any program python",
  setup: `1. In Apprise, or in a program that uses it, add this URL. It is \`<INGEST_URL>\` with the scheme of Apprise's JSON service. For the
   command line, put it into \`~/.config/apprise/apprise.yml\`, which only your user may read (\`chmod 600\`):

   \`\`\`yaml
   urls:
     - "jsons://<INGEST_HOST><INGEST_PATH>?+X-Tocsin-Token=<SECRET>"
   \`\`\`

2. Where you can choose the type of a notification, send \`failure\`, \`warning\` or \`info\` for a problem, and \`success\` for its end:
   \`apprise -n failure -t "Backup of db-1" -b "No space left on device"\`

The title ties an alert to its end. If the titles of both differ, add a key of your own to the URL: \`&:key=backup-db-1\``,
  sample: {
    body: {
      version: "1.0",
      title: "Backup of db-1",
      message: "No space left on device",
      attachments: [],
      type: "failure",
    },
  },
  // caronc/apprise apprise/plugins/custom_json.py: it reports every status but 2xx to its caller.
  sender: { retries: [] },
  body: "a JSON notification of Apprise",
  recognizedBy: ["version title message attachments type"],
  action: { at: "type", words: { trigger: "failure warning info", resolve: "success" } },
  alertKey: ["key", "title"],
  title: ["title", "message"],
  description: "message",
  // `info` is the default type: programs that know no other one send it for everything.
  severity: { at: "type", words: { HIGH: "failure", MEDIUM: "warning", INFO: "info" } },
  source: ["host", "source"],
  leftOut: ["attachments", "title", "message", "version"],
});
