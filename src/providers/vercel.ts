import { DEFAULT_HMAC } from "../verification/settings.ts";
import { defineProvider } from "./form/define.ts";
import { SET_SOURCE_SECRET } from "./setup.ts";

const BRANCH = {
  at: [
    "payload.deployment.meta.githubCommitRef",
    "payload.deployment.meta.gitlabCommitRef",
    "payload.deployment.meta.bitbucketCommitRef",
  ],
};
const COMMIT = [
  "payload.deployment.meta.githubCommitMessage",
  "payload.deployment.meta.gitlabCommitMessage",
  "payload.deployment.meta.bitbucketCommitMessage",
];
const PROJECT = { at: ["payload.project.id", "payload.projectId", "payload.deployment.name"] };

/** Vercel's webhooks: a deployment that failed or succeeded, failed renewals of domains and certificates, attacks. */
export const vercel = defineProvider({
  id: "vercel",
  name: "Vercel",
  docs: "https://vercel.com/docs/webhooks/webhooks-api",
  category: "deployments",
  keywords: "next deploys frontend hosting",
  // https://vercel.com/docs/webhooks/webhooks-api#securing-webhooks
  verification: { ...DEFAULT_HMAC, header: "x-vercel-signature", algorithm: "sha1", prefix: "" },
  setup: `1. In Vercel, open **Team Settings → Webhooks → Create Webhook** (Pro and Enterprise).
2. Choose the events **Deployment Error**, **Deployment Succeeded** and **Attack Detected**, and the projects.
3. Endpoint URL: \`<INGEST_URL>\`
4. Vercel shows the secret once. ${SET_SOURCE_SECRET}

A deployment that fails opens one alert for its project and branch; the next one that succeeds resolves it.`,
  sample: {
    body: {
      id: "hook_0f7f5f3c40e44a31",
      type: "deployment.error",
      createdAt: 1790000000000,
      region: "sfo1",
      payload: {
        team: { id: "team_2c5a3f10" },
        user: { id: "usr_4d2b6c21" },
        target: "production",
        project: { id: "prj_5e3c7d32" },
        plan: "pro",
        regions: ["sfo1"],
        deployment: {
          id: "dpl_6f4d8e43",
          name: "shop",
          url: "shop-git-main-acme.vercel.example.com",
          meta: { githubCommitRef: "main", githubCommitMessage: "Raise the price", githubCommitAuthorName: "alice" },
        },
        links: {
          deployment: "https://vercel.example.com/acme/shop/6f4d8e43",
          project: "https://vercel.example.com/acme/shop",
        },
      },
    },
  },
  body: "a Vercel webhook",
  requires: [{ when: "type", what: "the type of an event" }],
  recognizedBy: ["$headers.x-vercel-signature", "type createdAt payload.deployment.id"],
  // The id of the delivery.
  idempotencyKey: "id",
  kinds: [
    {
      when: { at: "type", startsWith: "deployment" },
      action: [
        {
          at: "type",
          words: {
            trigger: "deployment.error deployment-error",
            resolve: "deployment.succeeded deployment.ready deployment-ready",
          },
          strict: true,
        },
        { noAlert: "a deployment that neither failed nor succeeded" },
      ],
      externalId: "payload.deployment.id",
    },
    {
      // Without an end.
      when: { at: "type", is: "firewall.attack firewall.system-rule-anomaly firewall.custom-rule-anomaly" },
      action: "trigger",
      alertKey: { parts: [PROJECT, { text: "firewall" }] },
      title: { text: "Vercel: {type}" },
      severity: "HIGH",
    },
    {
      when: {
        at: "type",
        is: "domain.certificate.add.failed domain.certificate.renew.failed domain.renewal.failed domain.transfer-in.failed budget.reached",
      },
      action: "trigger",
      alertKey: { parts: ["type", "payload.domain.name?", "payload.domainName?", "payload.team.id?"] },
      title: [
        { text: "Vercel: {type} {payload.domain.name}" },
        { text: "Vercel: {type} {payload.domainName}" },
        { text: "Vercel: {type}" },
      ],
      source: ["payload.domain.name", "payload.domainName"],
      severity: "HIGH",
    },
  ],
  action: { noAlert: "the event is no alert" },
  alertKey: { parts: [PROJECT, { at: ["payload.target", { text: "preview" }] }, BRANCH] },
  title: [
    { join: [{ text: "{payload.deployment.name}: {type}" }, { at: ["payload.target", BRANCH] }], with: ", " },
    "type",
  ],
  description: COMMIT,
  severity: { when: "payload.target=production", is: "HIGH" },
  source: ["payload.deployment.name", "payload.project.name"],
  url: ["payload.links.deployment", "payload.links.project"],
  occurredAt: "createdAt",
  metadata: {
    type: "type",
    target: "payload.target",
    branch: BRANCH,
    deploymentUrl: "payload.deployment.url",
    project: "payload.project.id",
    team: "payload.team.id",
  },
});
