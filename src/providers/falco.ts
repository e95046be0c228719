import { defineProvider } from "./form/define.ts";

/** Falco: one event of a rule, as Falcosidekick's webhook and Falco's HTTP output send it. An event has no end. */
export const falco = defineProvider({
  id: "falco",
  name: "Falco",
  docs: "https://github.com/falcosecurity/falcosidekick/blob/master/docs/outputs/webhook.md",
  category: "logs",
  keywords: "falcosidekick security runtime intrusion kubernetes k8s ebpf",
  setup: `With **Falcosidekick**, in its configuration file, which only its user may read (\`chmod 600\`):

\`\`\`yaml
webhook:
  address: <INGEST_URL>
  customHeaders:
    X-Tocsin-Token: <SECRET>
  minimumpriority: warning
\`\`\`

Or in its environment: \`WEBHOOK_ADDRESS=<INGEST_URL>\`, \`WEBHOOK_CUSTOMHEADERS=X-Tocsin-Token:<SECRET>\` and
\`WEBHOOK_MINIMUMPRIORITY=warning\`.

With **Falco alone**, in \`falco.yaml\`, which only root may read (\`chmod 600\`). Its HTTP output sends no headers:

\`\`\`yaml
json_output: true
http_output:
  enabled: true
  url: <INGEST_URL>?token=<SECRET>
\`\`\`

A rule on a host is one alert, its repeats are occurrences. Falco never reports an end: resolve the alerts by hand, or set
\`autoResolveMinutes\` of the integration.`,
  sample: {
    body: {
      uuid: "5d1f0c0e-6c8e-4f0e-9a54-3a9a1f3b7c11",
      output:
        "14:13:20.123456789: Error File below a known binary directory opened for writing (user=root command=touch /bin/hack file=/bin/hack)",
      priority: "Error",
      rule: "Write below binary dir",
      time: "2026-09-21T14:13:20.123456789Z",
      source: "syscall",
      hostname: "node-1",
      tags: ["filesystem", "mitre_persistence"],
      output_fields: {
        "container.id": "host",
        "fd.name": "/bin/hack",
        "proc.cmdline": "touch /bin/hack",
        "user.name": "root",
      },
    },
  },
  // falcosecurity/falcosidekick outputs/webhook.go: it logs an error and goes on.
  sender: { retries: [] },
  body: "a Falco event",
  recognizedBy: ["rule priority output output_fields", "rule priority output hostname"],
  noAlert: [
    { when: { all: [{ at: "rule", is: ["Test rule"] }, "source=debug"] }, why: "the test event of Falcosidekick" },
  ],
  alertKey: { parts: ["rule", "hostname?"] },
  eventId: "uuid",
  title: "rule",
  description: "output",
  // Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug.
  severity: { at: "priority" },
  source: ["hostname", 'output_fields["k8s.pod.name"]', 'output_fields["container.name"]', "source"],
  occurredAt: "time",
  metadata: "priority source tags output_fields",
});
