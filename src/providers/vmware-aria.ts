import type { CompatibilityApi } from "./compatibility-api.ts";
import { defineProvider } from "./form/define.ts";

/** `/<alert id>`, which the REST notification plugin appends to its URL: POST for a new alert, PUT for its changes. */
const ALERT_PATH = /^\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const compatibilityApi: CompatibilityApi = {
  matchesPath: (path) => ALERT_PATH.test(path),
  success: () => ({ status: 200, body: {} }),
  rejection: ({ status, detail }) => ({ status, body: { message: detail } }),
};

/**
 * VMware Aria Operations (vRealize Operations, vROps), the REST notification plugin: one alert that opened, changed or was
 * canceled. https://techdocs.broadcom.com/us/en/vmware-cis/aria/aria-operations/8-18/vmware-aria-operations-configuration-guide-8-18/configuring-alerts-and-actions/configuring-notifications.html
 * The fields are those of https://github.com/vmw-loginsight/webhook-shims
 */
export const vmwareAria = defineProvider({
  id: "vmware-aria",
  name: "VMware Aria Operations",
  docs: "https://github.com/vmw-loginsight/webhook-shims",
  setup: `1. In Aria Operations, open **Configure → Alerts → Outbound Settings → Add**. Plugin type: **Rest Notification Plugin**.
2. URL: \`<INGEST_URL>\`. User name: \`tocsin\`. Password: \`<SECRET>\`. Content type: **application/json**.
3. Click **Test**, and save.
4. In **Configure → Alerts → Notifications → Add**, choose the plugin and the instance for the alerts that you want, with the criteria **New**,
   **Updated** and **Canceled**.`,
  sample: {
    path: "/0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2ba1",
    body: {
      startDate: 1790000000000,
      updateDate: 1790000000000,
      cancelDate: 0,
      criticality: "ALERT_CRITICALITY_LEVEL_CRITICAL",
      Risk: 1,
      Health: 4,
      Efficiency: 1,
      resourceId: "9a1c8e54-7c19-4c24-8d0e-1f7a9a3b5ca2",
      resourceName: "esx-1.example.com",
      resourceKind: "HostSystem",
      adapterKind: "VMWARE",
      alertId: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2ba1",
      AlertName: "The host has lost redundant connectivity to a storage device",
      status: "ACTIVE",
      type: "ALERT_TYPE_STORAGE",
      subType: "ALERT_SUBTYPE_AVAILABILITY",
      attributeKeyID: 5325,
      info: "Symptom: a path to the storage device is down",
    },
  },
  body: "an alert of Aria Operations",
  successStatus: 200,
  compatibilityApi,
  names: "ignoring case",
  requires: [{ when: { any: ["alertId", "AlertName"] }, what: "an alert" }],
  recognizedBy: ["alertId criticality resourceId adapterKind", "alertId criticality resourceName status"],
  action: { at: "status", words: { trigger: "ACTIVE", resolve: "CANCELED CANCELLED" } },
  alertKey: "alertId",
  title: ["AlertName", "info"],
  description: "info",
  severity: {
    at: "criticality",
    words: {
      CRITICAL: "ALERT_CRITICALITY_LEVEL_CRITICAL",
      HIGH: "ALERT_CRITICALITY_LEVEL_IMMEDIATE",
      MEDIUM: "ALERT_CRITICALITY_LEVEL_WARNING",
      INFO: "ALERT_CRITICALITY_LEVEL_INFO ALERT_CRITICALITY_LEVEL_INFORMATION",
    },
  },
  source: ["resourceName", "resourceId"],
  occurredAt: [{ at: "cancelDate", on: "resolve" }, { at: "startDate", on: "trigger" }, "updateDate"],
  startedAt: "startDate",
  metadata: "criticality status type subType resourceKind adapterKind resourceId Health Risk Efficiency",
});
