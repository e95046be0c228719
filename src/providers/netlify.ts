import { defineProvider } from "./form/define.ts";

/** Where a deploy is to appear: production, a branch, or the preview of a review. */
const TARGET = { at: ["review_id", "branch"] };

/** Netlify's deploy notifications: one deploy of a project. */
export const netlify = defineProvider({
  id: "netlify",
  name: "Netlify",
  docs: "https://docs.netlify.com/site-deploys/notifications/",
  category: "deployments",
  keywords: "deploys frontend hosting jamstack",
  // Netlify signs with a JSON Web Token, which no scheme here verifies, so the secret is in the URL.
  setup: `1. In Netlify, open **Project configuration → Notifications → Deploy notifications → Add notification → HTTP POST request**.
2. Event: **Deploy failed**. URL to notify: \`<INGEST_URL>?token=<SECRET>\`
3. Add a second notification for **Deploy succeeded**, with the same URL.

A deploy that fails opens one alert for its project, context and branch; the next one that succeeds resolves it.`,
  sample: {
    body: {
      id: "68d009e0a1b2c3d4e5f60718",
      site_id: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b21",
      build_id: "68d009e0a1b2c3d4e5f60719",
      state: "error",
      name: "shop",
      url: "https://shop.example.com",
      ssl_url: "https://shop.example.com",
      admin_url: "https://app.netlify.com/projects/shop",
      deploy_ssl_url: "https://68d009e0a1b2c3d4e5f60718--shop.netlify.example.com",
      created_at: "2026-09-21T14:10:00.346Z",
      updated_at: "2026-09-21T14:13:20.738Z",
      error_message: "Failed during stage 'building site': Build script returned non-zero exit code: 2",
      commit_ref: "acb5820ced9479c074f688cc328bf03f341a511d",
      review_id: null,
      branch: "main",
      title: "Raise the price",
      context: "production",
      deploy_time: 200,
      skipped: null,
    },
  },
  body: "a deploy of Netlify",
  requires: [{ when: "state", what: "the state of a deploy" }],
  recognizedBy: [
    "site_id build_id state admin_url",
    "site_id state admin_url deploy_time",
    "site_id state admin_url context",
  ],
  noAlert: [
    {
      when: {
        any: [
          "skipped=true",
          { at: "error_message", startsWith: "Skipped" },
          { at: "error_message", startsWith: "Canceled" },
        ],
      },
      why: "a deploy that was skipped or canceled",
    },
    {
      when: { not: { at: "state", is: "error ready current failed rejected" } },
      why: "a deploy that has not ended",
    },
  ],
  action: { at: "state", words: { trigger: "error failed rejected", resolve: "ready current" } },
  alertKey: { parts: ["site_id", "context?", TARGET] },
  externalId: "id",
  title: [{ join: [{ text: "{name}: deploy {state}" }, "context", "branch"], with: ", " }],
  description: { at: ["error_message", "title"], on: "trigger" },
  severity: { when: "context=production", is: "HIGH" },
  source: "name",
  url: [{ text: "{admin_url}/deploys/{id}" }, "admin_url"],
  occurredAt: ["updated_at", "created_at"],
  metadata: "state context branch commit_ref deploy_ssl_url deploy_time title review_id",
});
