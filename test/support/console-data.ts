/** What the console's pages are looked at with: sources and alerts of every kind, kind and hostile. */
import { createHmac } from "node:crypto";
import { aDayLater, deliveryOf } from "./a-day-later.ts";
import { PASSWORD } from "./browser.ts";
import { api, createIntegration, type Demo, flushed, type Service } from "./service.ts";
import { serveSubscriber } from "../../scripts/lib/subscriber.ts";

export const HOSTILE_TITLE = "<img src=x onerror=alert(1)>";
export const LONG_TITLE = "😀 تنبيه عاجل ".repeat(800).slice(0, 10_000);

export interface ConsoleData {
  /** An admin of the platform. */
  admin: string;
  integrations: { nightly: Demo; prometheus: Demo; queue: Demo };
  /** Every page, by a name. */
  pages: Record<string, string>;
}

/** Sends a signed body to an integration; gives the status of the answer. */
export async function deliver({ ingestUrl, secret }: Demo, body: unknown): Promise<number> {
  const text = JSON.stringify(body);
  const response = await fetch(ingestUrl, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-webhook-signature": createHmac("sha256", secret).update(text).digest("hex"),
    },
    body: text,
  });
  await response.arrayBuffer();
  return response.status;
}

/** Somebody who may sign in with PASSWORD. */
export async function createPerson(service: Service, email: string, name: string, isPlatformAdmin = false) {
  const { body } = await api<{ id: string }>(service, "POST", "/v1/users", {
    email,
    name,
    isPlatformAdmin,
    password: PASSWORD,
  });
  return body;
}

const JOBS = ["Backup", "Reindex", "Invoice run", "Report", "Cleanup"];
const SEVERITIES = ["critical", "high", "medium", "low", "info"];
const RULES = ["HighRequestLatency", "ErrorRateHigh", "DiskWillFillIn4Hours", "PodCrashLooping"];

/** Fills a service, and starts it anew in the middle. */
export async function fill(service: Service): Promise<ConsoleData> {
  const admin = "ada@example.com";
  await createPerson(service, admin, "Ada Lovelace", true);
  await createPerson(service, "grace@example.com", "Grace Hopper");
  const team = (await api<{ id: string }>(service, "POST", "/v1/teams", { name: "Payments" })).body;
  await api(service, "POST", "/v1/teams", { name: "Platform" });
  await api(service, "POST", `/v1/teams/${team.id}/members`, { email: "grace@example.com", role: "RESPONDER" });
  await api(service, "POST", "/v1/api-keys", {
    name: "Pager",
    scopes: ["alerts:read", "alerts:write"],
    teamId: team.id,
  });

  const verification = { scheme: "hmac" };
  const nightly = await createIntegration(service, { name: "Nightly jobs", provider: "generic", verification });
  const prometheus = await createIntegration(service, {
    name: "Checkout Prometheus",
    provider: "alertmanager",
    verification,
    teamId: team.id,
  });
  const queue = await createIntegration(service, {
    name: "Queue watcher",
    provider: "custom",
    verification,
    mapping: { title: "name", alertKey: "$string(id)" },
  });

  await deliver(nightly, {
    id: "hostile",
    title: HOSTILE_TITLE,
    description: "<script>alert(2)</script>",
    severity: "high",
  });
  await deliver(nightly, { id: "long", title: LONG_TITLE, description: "\u202Eabc ".repeat(500), severity: "high" });

  for (let number = 0; number < 40; number++) {
    await deliver(nightly, {
      id: `job-${number % 18}`,
      title: `${JOBS[number % 5]} failed on worker-${number % 18}`,
      description: "Exit code 137 after 1,204 s: out of memory.",
      severity: SEVERITIES[number % 5],
      source: `worker-${number % 18}`,
      url: `https://jobs.example.com/runs/${number}`,
      attempt: number,
      status: number % 18 > 14 ? "resolved" : "firing",
    });
  }
  for (let repeat = 0; repeat < 9; repeat++)
    await deliver(nightly, { id: "job-1", title: "Reindex failed on worker-1" });
  for (let attempt = 0; attempt < 3; attempt++) await deliver({ ...nightly, secret: "not it" }, { id: "job-x" });
  for (let number = 0; number < 8; number++) await deliver(prometheus, firing(number));
  await deliver(queue, { incidents: [{ id: 4, name: "Queue is full" }] });
  await deliver(queue, { id: 7, name: "Queue payments is 92 % full", depth: 9200 });
  for (const one of [nightly, prometheus, queue]) await flushed(service, one);

  const alerts = await list(service, `/v1/alerts?integrationId=${nightly.integrationId}`);
  const some = (from: number, to: number) => alerts.slice(from, to).map(({ id }) => id);
  const downId = await subscribed(service, team.id, async () => {
    await api(service, "POST", "/v1/alerts/bulk", {
      ids: some(4, 8),
      status: "ACKNOWLEDGED",
      note: "Looking into it.",
    });
    await api(service, "POST", "/v1/alerts/bulk", { ids: some(9, 12), status: "RESOLVED" });
  });
  return {
    admin,
    integrations: { nightly, prometheus, queue },
    pages: await pagesOf(service, nightly, queue, team.id, downId),
  };
}

/**
 * Subscribes three before something happens: one takes what it is told, one is down, with messages that wait and others that
 * were given up, and one is paused. Gives the id of the one that is down.
 */
async function subscribed(service: Service, teamId: string, happens: () => Promise<void>): Promise<string> {
  const subscriber = await serveSubscriber();
  const subscribe = async (settings: Record<string, unknown>) =>
    (await api<{ id: string }>(service, "POST", "/v1/subscriptions", settings)).body.id;
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  try {
    const chatId = await subscribe({
      name: "Chat of Payments",
      teamId,
      url: "https://chat.example.com/hooks/tocsin",
      filter: { type: ["CREATED", "RESOLVED"], labels: { service: "checkout" } },
    });
    await api(service, "PATCH", `/v1/subscriptions/${chatId}`, { isEnabled: false });
    subscriber.answer("/inventory", { status: 503 });
    const downId = await subscribe({ name: "Inventory", teamId: null, url: `${subscriber.url}/inventory` });
    await subscribe({
      name: "Pager",
      teamId: null,
      url: `${subscriber.url}/pager`,
      filter: { type: ["ACKNOWLEDGED"], severity: ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"] },
    });
    await happens();
    await until(async () => subscriber.heard("/pager").length === 4);
    // By then three wait at least: what comes later is not even read.
    await until(async () => (await deliveryOf(service, downId)).isDown);
    await aDayLater(service, downId, 2);
    return downId;
  } finally {
    await subscriber.close();
  }
}

const firing = (number: number) => {
  const instance = `web-${number}.example.com:9100`;
  const alertname = RULES[number % RULES.length] ?? "";
  return {
    version: "4",
    groupKey: `{}:{instance="${instance}"}`,
    status: "firing",
    receiver: "tocsin",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager.example.com",
    alerts: [
      {
        status: "firing",
        labels: { alertname, instance, severity: ["critical", "warning", "info"][number % 3], service: "checkout" },
        annotations: { summary: `${alertname} on ${instance}`, description: "For ten minutes now." },
        startsAt: new Date().toISOString(),
        endsAt: "0001-01-01T00:00:00Z",
        generatorURL: "http://prometheus.example.com/graph",
        fingerprint: `fingerprint-${number}`,
      },
    ],
  };
};

const list = async (service: Service, route: string): Promise<{ id: string }[]> =>
  (await api<{ data: { id: string }[] }>(service, "GET", route)).body.data;

async function pagesOf(
  service: Service,
  nightly: Demo,
  queue: Demo,
  teamId: string,
  subscriptionId: string,
): Promise<Record<string, string>> {
  const first = async (route: string) => (await list(service, route))[0]?.id ?? "";
  const deliveries = `/v1/deliveries?integrationId=${nightly.integrationId}&status=`;
  const deadLetters = `subscriptions/${subscriptionId}/dead-letters`;
  const letters = await api<{ data: { messageId: string }[] }>(service, "GET", `/v1/${deadLetters}`);
  const acknowledged = await first(`/v1/alerts?integrationId=${nightly.integrationId}&status=ACKNOWLEDGED`);
  return {
    "sign-in": "/sign-in",
    welcome: "/welcome",
    "set-password": "/set-password",
    overview: "/",
    alerts: "/alerts",
    "alerts-none": "/alerts?q=nothing+is+called+that",
    alert: `/alerts/${acknowledged}`,
    "alert-long": `/alerts/${await first("/v1/alerts?q=%D8%B9%D8%A7%D8%AC%D9%84")}`,
    "alert-hostile": `/alerts/${await first("/v1/alerts?q=onerror")}`,
    deliveries: `/deliveries?integrationId=${nightly.integrationId}`,
    delivery: `/deliveries/${await first(`${deliveries}ACCEPTED`)}`,
    duplicate: `/deliveries/${await first(`${deliveries}DUPLICATE`)}`,
    rejected: `/deliveries/${await first(`${deliveries}REJECTED`)}`,
    integrations: "/integrations",
    catalogue: "/integrations/new",
    "new-integration": "/integrations/new?provider=generic",
    integration: `/integrations/${nightly.integrationId}`,
    "first-deliveries": `/integrations/${nightly.integrationId}/first`,
    mapping: `/integrations/${queue.integrationId}/mapping`,
    quarantine: `/integrations/${nightly.integrationId}/quarantine`,
    teams: "/settings/teams",
    team: `/settings/teams/${teamId}`,
    people: "/settings/people",
    subscriptions: "/settings/subscriptions",
    subscription: `/settings/subscriptions/${subscriptionId}`,
    "dead-letters": `/settings/${deadLetters}`,
    "dead-letter": `/settings/${deadLetters}/${letters.body.data[0]?.messageId}`,
    keys: "/settings/keys",
    sessions: "/settings/sessions",
    audit: "/settings/audit",
    missing: "/alerts/00000000-0000-7000-8000-000000000000",
  };
}
