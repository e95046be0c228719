/** Data for tests and screenshots of the console: integrations, alerts, subscriptions and hostile texts. */
import { createHmac } from "node:crypto";
import { aDayLater, stateOf } from "./a-day-later.ts";
import { PASSWORD } from "./browser.ts";
import { api, createIntegration, type Demo, flushed, type Service } from "./service.ts";
import { serveSubscriber } from "../../scripts/lib/subscriber.ts";

export const HOSTILE_TITLE = "<img src=x onerror=alert(1)>";
export const LONG_TITLE = "😀 تنبيه عاجل ".repeat(800).slice(0, 10_000);

export interface ConsoleData {
  /** Email of a platform admin. */
  admin: string;
  integrations: { nightly: Demo; prometheus: Demo; queue: Demo };
  /** Path of every page, by name. */
  pages: Record<string, string>;
}

/** Sends a signed delivery. @returns the status code of the response */
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

/** Creates a user with the password PASSWORD. */
export async function createUser(service: Service, email: string, name: string, isPlatformAdmin = false) {
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

/**
 * Fills a service with data. Restarts it once, to advance the clock of a subscription.
 * @param options.isHostile with a title of markup and one of 10,000 characters
 */
export async function fill(service: Service, { isHostile = true } = {}): Promise<ConsoleData> {
  const admin = "ada@example.com";
  await createUser(service, admin, "Ada Lovelace", true);
  await createUser(service, "grace@example.com", "Grace Hopper");
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

  if (isHostile) await deliverHostile(nightly);

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

  const silenceId = await createSilences(service, team.id);
  const alerts = await list(service, `/v1/alerts?integrationId=${nightly.integrationId}`);
  const some = (from: number, to: number) => alerts.slice(from, to).map(({ id }) => id);
  const failingId = await createSubscriptions(service, team.id, async () => {
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
    pages: {
      ...(await pagesOf(service, nightly, queue, team.id, failingId)),
      silences: "/silences",
      "silences-none": "/silences?state=expired",
      "new-silence": "/silences/new?matchers=service%3Dcheckout",
      silence: `/silences/${silenceId}`,
      "alert-silenced": `/alerts/${(await list(service, "/v1/alerts?muted=true"))[0]?.id}`,
    },
  };
}

async function deliverHostile(demo: Demo): Promise<void> {
  const description = "<script>alert(2)</script>";
  await deliver(demo, { id: "hostile", title: HOSTILE_TITLE, description, severity: "high" });
  await deliver(demo, { id: "long", title: LONG_TITLE, description: "\u202Eabc ".repeat(500), severity: "high" });
}

/** Creates an active and a pending silence. @returns the id of the active one */
async function createSilences(service: Service, teamId: string): Promise<string> {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const active = await api<{ id: string }>(service, "POST", "/v1/silences", {
    teamId,
    matchers: [
      { name: "service", value: "checkout" },
      { name: "alertname", value: "PodCrashLooping|ErrorRateHigh", isRegex: true },
      { name: "env", value: "staging", isEqual: false },
    ],
    endsAt: inHours(2.5),
    comment: "Deploy of checkout 4.2",
    annotations: { ticket: "OPS-17" },
  });
  await api(service, "POST", "/v1/silences", {
    teamId: null,
    matchers: [{ name: "tocsin_severity", value: "INFO" }],
    startsAt: inHours(20),
    endsAt: inHours(24),
    comment: "Maintenance of the data center",
  });
  return active.body.id;
}

/**
 * Creates three subscriptions, then changes alerts: one endpoint works, one fails and has pending messages and dead letters,
 * and one subscription is disabled.
 * @returns id of the failing subscription
 */
async function createSubscriptions(
  service: Service,
  teamId: string,
  changeAlerts: () => Promise<void>,
): Promise<string> {
  const subscriber = await serveSubscriber();
  const subscribe = async (settings: Record<string, unknown>) =>
    (await api<{ id: string }>(service, "POST", "/v1/subscriptions", settings)).body.id;
  const waitUntil = async (isReached: () => Promise<boolean>) => {
    while (!(await isReached())) await new Promise((resolve) => setTimeout(resolve, 20));
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
    const failingId = await subscribe({ name: "Inventory", teamId: null, url: `${subscriber.url}/inventory` });
    await subscribe({
      name: "Pager",
      teamId: null,
      url: `${subscriber.url}/pager`,
      filter: { type: ["ACKNOWLEDGED"], severity: ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"] },
    });
    await changeAlerts();
    await waitUntil(async () => subscriber.received("/pager").length === 4);
    // At least three messages are pending then. An open circuit reads no further timeline entries.
    await waitUntil(async () => (await stateOf(service, failingId)).isCircuitOpen);
    await aDayLater(service, failingId, 2);
    return failingId;
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
  const attemptList = `/v1/subscriptions/${subscriptionId}/attempts?limit=1`;
  const attempts = await api<{ data: { id: string }[] }>(service, "GET", attemptList);
  const acknowledged = await first(`/v1/alerts?integrationId=${nightly.integrationId}&status=ACKNOWLEDGED`);
  return {
    "sign-in": "/sign-in",
    welcome: "/welcome",
    "set-password": "/set-password",
    overview: "/",
    alerts: "/alerts",
    "alerts-none": "/alerts?query=matches+nothing",
    alert: `/alerts/${acknowledged}`,
    "alert-long": `/alerts/${await first("/v1/alerts?query=%D8%B9%D8%A7%D8%AC%D9%84")}`,
    "alert-hostile": `/alerts/${await first("/v1/alerts?query=onerror")}`,
    deliveries: `/deliveries?integrationId=${nightly.integrationId}`,
    delivery: `/deliveries/${await first(`${deliveries}ACCEPTED`)}`,
    duplicate: `/deliveries/${await first(`${deliveries}DUPLICATE`)}`,
    rejected: `/deliveries/${await first(`${deliveries}REJECTED`)}`,
    integrations: "/integrations",
    catalog: "/integrations/new",
    "new-integration": "/integrations/new?provider=generic",
    integration: `/integrations/${nightly.integrationId}`,
    "first-deliveries": `/integrations/${nightly.integrationId}/first-deliveries`,
    mapping: `/integrations/${queue.integrationId}/mapping`,
    quarantine: `/integrations/${nightly.integrationId}/quarantine`,
    teams: "/settings/teams",
    team: `/settings/teams/${teamId}`,
    users: "/settings/users",
    replay: `/deliveries/replay?integrationId=${nightly.integrationId}&status=ACCEPTED`,
    subscriptions: "/subscriptions",
    "subscription-presets": "/subscriptions/new",
    "new-subscription": "/subscriptions/new?preset=slack",
    subscription: `/subscriptions/${subscriptionId}`,
    attempts: `/subscriptions/${subscriptionId}/attempts`,
    attempt: `/subscriptions/${subscriptionId}/attempts/${attempts.body.data[0]?.id}`,
    transformation: `/subscriptions/${subscriptionId}/transformation`,
    "dead-letters": `/${deadLetters}`,
    "dead-letter": `/${deadLetters}/${letters.body.data[0]?.messageId}`,
    "api-keys": "/settings/api-keys",
    sessions: "/settings/sessions",
    audit: "/settings/audit",
    missing: "/alerts/00000000-0000-7000-8000-000000000000",
  };
}
