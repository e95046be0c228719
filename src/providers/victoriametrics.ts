import type { JsonObject } from "../lib/json.ts";
import { MINUTE } from "../lib/time.ts";
import { alertmanager, readAlert } from "./alertmanager.ts";
import { asInstant, has, pick } from "./fields.ts";
import { type Provider, readBatch } from "./provider.ts";

/**
 * VictoriaMetrics: vmalert posts alerts (a bare array) to Alertmanager's API v2 of its notifiers, or to an
 * Alertmanager, which sends its webhook. https://docs.victoriametrics.com/victoriametrics/vmalert/
 */
export const victoriametrics: Provider = {
  ...alertmanager,
  id: "victoriametrics",
  name: "VictoriaMetrics",
  docs: "https://docs.victoriametrics.com/victoriametrics/vmalert/",
  setup: `Directly from vmalert, which appends the path of Alertmanager's API:

\`\`\`sh
vmalert -notifier.url=<INGEST_URL> -notifier.bearerToken=<SECRET> …
\`\`\`

Or through an Alertmanager, with a \`webhook_configs\` receiver for \`<INGEST_URL>\`. See the setup of Alertmanager.`,
  sample: {
    path: "/api/v2/alerts",
    body: [
      {
        startsAt: "2026-09-21T14:13:20Z",
        endsAt: "2026-09-21T14:17:20Z",
        generatorURL: "https://vmalert.example.com/vmalert/alert?group_id=1&alert_id=2",
        labels: { alertname: "DiskFull", instance: "db-1", severity: "critical" },
        annotations: { summary: "Disk almost full on db-1" },
      },
    ],
  },
  maxLatenessMs: 2 * MINUTE,
  compatibilityApi: {
    matchesPath: (path) => /^\/api\/v2\/alerts\/?$/.test(path),
    // Alertmanager's API answers 200, and clients ignore the body.
    success: () => ({ status: 200, body: {} }),
    rejection: ({ status, detail }) => ({ status, body: { error: detail } }),
  },
  relatedSources: ["grafana", "alertmanager"],
  recognizes: (input) =>
    has(Array.isArray(input.body) ? input.body[0] : null, "labels", "startsAt") ||
    has(pick(input.body, "alerts", 0), "labels"),
  read(input) {
    if (!Array.isArray(input.body)) return alertmanager.read(input);
    return {
      events: readBatch(input.body, "", (alert, pointer) =>
        readAlert(alert, statusOf(alert, input.receivedAt), pointer),
      ),
      isRecognized: true,
    };
  },
};

/** The API has no status. `endsAt` of a firing alert is in the future, and each repeat extends it. */
function statusOf(alert: unknown, now: number): JsonObject {
  const endsAt = asInstant(pick(alert, "endsAt"));
  return { status: endsAt !== null && endsAt <= now ? "resolved" : "firing" };
}
