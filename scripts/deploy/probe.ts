/** Sends requests of sources to the public host, to test whether Cloudflare lets them through to the Worker. Stores nothing. */
import { randomUUID } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { toIngestId } from "../../src/lib/ingest-id.ts";

const TIMEOUT_MS = 10_000;

/** A request that fails on its way is repeated. */
const MAX_ATTEMPTS = 3;

const ALERT = JSON.stringify({ status: "firing", alerts: [{ labels: { alertname: "probe" } }] });

/** Alerts quote queries and pages, which rules against attacks take for attacks. */
const QUOTING = JSON.stringify({
  title: "Slow query: SELECT * FROM users WHERE name = '' OR 1=1 --",
  message: "<script>alert(document.cookie)</script>",
});

/** Requests of sources. None looks like a request of a browser. */
const PROBES: readonly { sender: string; userAgent: string | null; body: string }[] = [
  { sender: "Alertmanager", userAgent: "Alertmanager/0.28.1", body: ALERT },
  { sender: "a Python script", userAgent: "python-urllib/3.12", body: ALERT },
  { sender: "a source without a User-Agent", userAgent: null, body: ALERT },
  { sender: "an alert that quotes SQL and HTML", userAgent: "Alertmanager/0.28.1", body: QUOTING },
];

interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/**
 * POSTs to an ingest URL that no deployment has. The Worker answers 404, without a look-up.
 * @param url of the deployment
 * @returns a line for each probe that got another answer; empty: all reached the Worker
 */
export async function probeIngest(url: string): Promise<string[]> {
  // Well-formed, with a tag that no deployment's key made.
  const target = new URL(`/in/${toIngestId(randomUUID(), randomUUID())}`, url);
  const answers = await Promise.all(PROBES.map((probe) => post(target, probe)));
  return PROBES.flatMap(({ sender }, index) => {
    const answer = answers[index] ?? null;
    if (answer && isOurs(answer)) return [];
    return [`${sender}: ${answer ? `${answer.status} ${answer.contentType}` : "no answer"}`];
  });
}

/** Whether the Worker itself answered: this problem is its own. */
function isOurs({ status, body }: Answer): boolean {
  if (status !== 404) return false;
  try {
    return (JSON.parse(body) as { type?: unknown } | null)?.type === "urn:tocsin:problem:not-found";
  } catch {
    return false;
  }
}

async function post(target: URL, probe: { userAgent: string | null; body: string }): Promise<Answer | null> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answer = await postOnce(target, probe).catch(() => null);
    if (answer) return answer;
  }
  return null;
}

/** `fetch` would add a User-Agent of its own, and follow redirects. */
function postOnce(target: URL, { userAgent, body }: { userAgent: string | null; body: string }): Promise<Answer> {
  const request = target.protocol === "https:" ? requestHttps : requestHttp;
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(userAgent !== null && { "user-agent": userAgent }),
  };
  return new Promise((resolve, reject) => {
    const sending = request(target, { method: "POST", headers, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0, headers: received } = response;
        const contentType = received["content-type"]?.split(";", 1)[0] ?? "without a content type";
        resolve({ status: statusCode, contentType, body: Buffer.concat(chunks).toString("utf8") });
      });
    });
    sending.on("timeout", () => sending.destroy(new Error("timeout")));
    sending.on("error", reject);
    sending.end(body);
  });
}
