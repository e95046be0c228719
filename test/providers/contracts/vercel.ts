import { vercel } from "../../../src/providers/vercel.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["prj_5e3c7d32","production","main"]';

export const contract: Contract = {
  provider: vercel,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          externalId: "dpl_6f4d8e43",
          title: "shop: deployment.error, production",
          description: "Raise the price",
          severity: "HIGH",
          source: "shop",
          url: "https://vercel.example.com/acme/shop/6f4d8e43",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["deployment.succeeded", "deployment.ready"].map((type) => ({
      kind: "resolve" as const,
      name: type,
      patch: { type, payload: { deployment: { id: "dpl_2" } } },
      reads: [{ action: "resolve" as const, alertKey }],
    })),
    ...["deployment.created", "deployment.canceled", "deployment.promoted", "project.created"].map((type) => ({
      kind: "odd" as const,
      name: type,
      patch: { type },
      reads: [],
    })),
    {
      kind: "odd",
      name: "a preview",
      patch: { payload: { target: null, deployment: { meta: { githubCommitRef: "price" } } } },
      reads: [
        { alertKey: '["prj_5e3c7d32","preview","price"]', title: "shop: deployment.error, price", severity: "MEDIUM" },
      ],
    },
    {
      kind: "odd",
      name: "an attack",
      body: { id: "h", type: "firewall.attack", createdAt: 1790000000000, payload: { projectId: "prj_1" } },
      headers: { "x-vercel-signature": "0a" },
      reads: [
        { action: "trigger", alertKey: '["prj_1","firewall"]', title: "Vercel: firewall.attack", severity: "HIGH" },
      ],
    },
    {
      kind: "odd",
      name: "a renewal that failed",
      body: {
        id: "h",
        type: "domain.renewal.failed",
        createdAt: 1790000000000,
        payload: { domain: { name: "a.example" } },
      },
      headers: { "x-vercel-signature": "0a" },
      reads: [{ action: "trigger", title: "Vercel: domain.renewal.failed a.example", source: "a.example" }],
    },
    { kind: "odd", name: "no type", patch: { type: null }, rejects: /expected the type of an event/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Vercel webhook/ },
  ],
};
