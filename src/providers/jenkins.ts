import { defineProvider } from "./form/define.ts";

/**
 * Jenkins' Notification plugin: one phase of a build.
 * The fields are those of `JobState` and `BuildState` in https://github.com/jenkinsci/notification-plugin
 */
export const jenkins = defineProvider({
  id: "jenkins",
  name: "Jenkins",
  docs: "https://plugins.jenkins.io/notification/",
  category: "deployments",
  keywords: "hudson ci jobs builds",
  // The plugin cannot set headers, so the secret is in the URL.
  setup: `1. In **Manage Jenkins → Plugins**, install the plugin **Notification**.
2. In **Manage Jenkins → Credentials**, add a **Secret text** with the id \`tocsin-url\` and this secret:
   \`<INGEST_URL>?token=<SECRET>\`
3. In the job, open **Configure → Job Notifications → Add Endpoint**. Format: **JSON**. Protocol: **HTTP**. Event: **Job Finalized**.
   URL source: **Credentials Store**, with \`tocsin-url\`. Retries: \`3\`.

A build that fails opens one alert for its job; the next one that succeeds resolves it.`,
  sample: {
    body: {
      name: "shop",
      display_name: "Shop",
      url: "job/shop/",
      build: {
        full_url: "https://jenkins.example.com/job/shop/42/",
        number: 42,
        queue_id: 1042,
        timestamp: 1790000000123,
        duration: 200345,
        phase: "FINALIZED",
        status: "FAILURE",
        url: "job/shop/42/",
        scm: {
          url: "https://git.example.com/acme/shop.git",
          branch: "origin/main",
          commit: "acb5820ced9479c074f688cc328bf03f341a511d",
          changes: [],
          culprits: ["alice"],
        },
        parameters: { TARGET: "production" },
        log: "",
        notes: "",
        test_summary: { total: 120, failed: 2, passed: 118, skipped: 0, failed_tests: ["shop.CartTest.total"] },
        artifacts: {},
      },
    },
  },
  // jenkinsci/notification-plugin Protocol.java: it ignores the status, and tries again only after a lost connection.
  sender: { timeoutSeconds: 30, retries: [], note: "only lost connections are tried again, as often as the job says" },
  body: "a job of Jenkins' Notification plugin",
  requires: [{ when: "build", what: "a build" }],
  recognizedBy: ["name url build.phase build.number"],
  noAlert: [
    { when: { at: "build.phase", is: "QUEUED STARTED" }, why: "a build that has not ended" },
    { when: { at: "build.status", is: "ABORTED NOT_BUILT" }, why: "a build that neither failed nor succeeded" },
    { when: { not: { at: "build.status" } }, why: "a build without a result" },
  ],
  action: { at: "build.status", words: { trigger: "FAILURE UNSTABLE", resolve: "SUCCESS" } },
  alertKey: ["url", "name"],
  externalId: "build.full_url",
  title: [
    { text: "{display_name}: build #{build.number} {build.status}" },
    { text: "{name}: build #{build.number} {build.status}" },
  ],
  description: [
    "build.notes",
    { at: { text: "{build.test_summary.failed} of {build.test_summary.total} tests failed" }, on: "trigger" },
    "build.log",
  ],
  // UNSTABLE: the build is there, but tests failed.
  severity: { when: "build.status=UNSTABLE", is: "LOW" },
  source: ["name", "display_name"],
  url: ["build.full_url"],
  occurredAt: "build.timestamp",
  metadata: {
    phase: "build.phase",
    status: "build.status",
    number: "build.number",
    branch: "build.scm.branch",
    commit: "build.scm.commit",
    culprits: "build.scm.culprits",
    failedTests: "build.test_summary.failed_tests",
  },
});
