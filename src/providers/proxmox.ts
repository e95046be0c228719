import { defineProvider } from "./form/define.ts";

/** Proxmox VE, Backup Server and Mail Gateway: one notification, by the template of the setup steps. */
export const proxmox = defineProvider({
  id: "proxmox",
  name: "Proxmox",
  docs: "https://pve.proxmox.com/pve-docs/chapter-notifications.html#notification_targets_webhook",
  category: "infrastructure",
  keywords: "pve pbs backup virtualization vm lxc vzdump",
  setup: `1. In Proxmox, open **Datacenter → Notifications → Add → Webhook** (in Backup Server **Configuration → Notifications**).
2. Endpoint name: \`tocsin\`. Method: **POST**. URL: \`<INGEST_URL>\`
3. Headers: \`Content-Type\` = \`application/json\`, \`X-Tocsin-Token\` = \`{{ secrets.token }}\`. Secrets: \`token\` = \`<SECRET>\`
4. Body:

   \`\`\`
   {
     "title": "{{ escape title }}",
     "message": "{{ escape message }}",
     "severity": "{{ severity }}",
     "timestamp": {{ timestamp }},
     "fields": {{ json fields }}
   }
   \`\`\`

5. Click **Test**: the test opens no alert. Then add a matcher with the target \`tocsin\`. Do not match the severity: a backup that succeeds
   resolves the alert of one that failed.`,
  sample: {
    body: {
      title: "vzdump backup status (pve-1.example.com): backup failed",
      message: "VM 104 (shop): command 'vzdump' failed: no space left on device",
      severity: "error",
      timestamp: 1790000000,
      fields: { type: "vzdump", hostname: "pve-1", "job-id": "backup-6a1d2f3e-41c0" },
    },
  },
  body: "an object by the template of the setup steps",
  template: {
    placeholder:
      /\{\{ *(?:(?:escape|json|url-encode) +)?(?:title|message|severity|timestamp|fields(?:\.[\w-]+)?) *\}\}/,
  },
  recognizedBy: ["title message severity timestamp fields.type", "title message severity timestamp fields.hostname"],
  noAlert: [{ when: { at: "title", is: ["Test notification"] }, why: "the test of a notification target" }],
  action: [
    { at: "severity", words: { trigger: "error warning notice unknown" }, strict: true },
    // Of a type that reports its successes, too.
    { when: { at: "fields.type", is: "vzdump replication gc verify sync prune acme" }, is: "resolve" },
    { when: "severity=info", is: "trigger" },
  ],
  // A backup that was started by hand has no job.
  alertKey: [
    { parts: ["fields.type", "fields.hostname?", { at: ["fields.job-id", "fields.datastore"], when: "fields" }] },
    { parts: ["fields.type", "fields.hostname?"] },
  ],
  title: "title",
  description: "message",
  severity: { at: "severity", words: { HIGH: "error", MEDIUM: "warning unknown", LOW: "notice", INFO: "info" } },
  source: "fields.hostname",
  occurredAt: "timestamp",
  metadata: "severity fields",
});
