import type { JsonObject } from "../lib/json.ts";
import { MINUTE } from "../lib/time.ts";
import { alertmanager, readAlert } from "./alertmanager.ts";
import { asInstant, has, pick } from "./fields.ts";
import { type Provider, readBatch } from "./provider.ts";

/**
 * VictoriaMetrics: vmalert handles Alertmanager's API v2 (a bare array of alerts) to its notifiers, and through an
 * Alertmanager its webhook. https://docs.victoriametrics.com/victoriametrics/vmalert/
 */
export const victoriametrics: Provider = {
  ...alertmanager,
  id: "victoriametrics",
  name: "VictoriaMetrics",
  docs: "https://docs.victoriametrics.com/victoriametrics/vmalert/",
  setup: `Straight from vmalert, which appends Alertmanager's path by itself:

\`\`\`sh
vmalert -notifier.url=<INGEST_URL> -notifier.bearerToken=<SECRET> …
\`\`\`

Or through an Alertmanager, with a \`webhook_configs\` receiver for \`<INGEST_URL>\` as its own setup says.`,
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
    handles: (path) => /^\/api\/v2\/alerts\/?$/.test(path),
    // Alertmanager's API answers 200 without a body worth reading.
    success: () => ({ status: 200, body: {} }),
    rejection: ({ status, detail }) => ({ status, body: { error: detail } }),
  },
  kindred: ["grafana", "alertmanager"],
  recognises: (input) =>
    has(Array.isArray(input.body) ? input.body[0] : null, "labels", "startsAt") ||
    has(pick(input.body, "alerts", 0), "labels"),
  read(input) {
    if (!Array.isArray(input.body)) return alertmanager.read(input);
    return {
      events: readBatch(input.body, "", (alert, pointer) =>
        readAlert(alert, statusOf(alert, input.receivedAt), pointer),
      ),
      isRecognised: true,
    };
  },
};

/** The API has no status: what still fires ends in the future, as long as nobody renews it. */
function statusOf(alert: unknown, now: number): JsonObject {
  const endsAt = asInstant(pick(alert, "endsAt"));
  return { status: endsAt !== null && endsAt <= now ? "resolved" : "firing" };
}
