import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, until } from "../../support/worker.ts";
import { Endpoint, NOTHING, objectOf, only, stateOf, testAttempt } from "./endpoint.ts";

interface Attempt {
  id: string;
  messageId: string;
  alertId: string | null;
  alertTitle: string | null;
  type: string;
  attempt: number;
  outcome: string;
  statusCode: number | null;
  error: string | null;
  durationMs: number;
  request: { url: string; headers: Record<string, string>; body: string; isBodyTruncated: boolean } | null;
  response: { statusCode: number; body: string } | null;
}

interface Page {
  data: Attempt[];
  nextCursor: string | null;
}

const attemptsOf = async ({ id }: { id: string }, query = "") =>
  (await api<Page>("GET", `/v1/subscriptions/${id}/attempts${query}`)).body;

const detailOf = async ({ id }: { id: string }, attemptId = "") =>
  (await api<Attempt>("GET", `/v1/subscriptions/${id}/attempts/${attemptId}`)).body;

/** A subscription with a failed attempt of one message, and then delivered attempts of two. */
async function withAttempts() {
  const [endpoint, integration] = [new Endpoint(), await createIntegration()];
  await endpoint.answer({ status: 503, body: "busy" });
  const subscription = await endpoint.subscribe(only(integration));
  await deliver(integration, { id: "a", title: "A" });
  await until(async () => (await stateOf(subscription)).lastError === "HTTP 503");
  await endpoint.answer({ status: 200, body: "thanks" });
  await deliver(integration, { id: "b", title: "B" });
  await deliver(integration, { id: "c", title: "C" });
  await endpoint.waitFor(2);
  const page = await until(async () => {
    const listed = await attemptsOf(subscription);
    return listed.data.length >= 3 && listed;
  });
  return { endpoint, subscription, attempts: page.data };
}

describe("The log of attempts", () => {
  it("lists them newest first, with their outcome", async () => {
    const { attempts } = await withAttempts();
    expect(attempts.map(({ id }) => id)).toEqual(
      attempts
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    expect(attempts.map(({ alertTitle }) => alertTitle).toSorted()).toEqual(["A", "B", "C"]);
    expect(attempts.at(-1)).toMatchObject({
      alertTitle: "A",
      type: "alert.created",
      attempt: 1,
      outcome: "failed",
      statusCode: 503,
      error: "HTTP 503",
    });
    expect(attempts[0]).toMatchObject({ outcome: "delivered", statusCode: 200, error: null, attempt: 1 });
    expect(attempts[0]).not.toHaveProperty("request");
  });

  it("is filtered by outcome and message, and paged", async () => {
    const { subscription, attempts } = await withAttempts();
    const failed = attempts.at(-1);
    expect((await attemptsOf(subscription, "?outcome=failed")).data).toEqual([failed]);
    expect((await attemptsOf(subscription, `?messageId=${failed?.messageId}`)).data).toEqual([failed]);
    expect((await attemptsOf(subscription, `?messageId=${failed?.messageId}&outcome=delivered`)).data).toEqual([]);
    const paged: Attempt[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page = await attemptsOf(subscription, `?limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(attempts);
  });

  it("shows request and answer of one attempt", async () => {
    const { endpoint, subscription, attempts } = await withAttempts();
    const failed = await detailOf(subscription, attempts.at(-1)?.id);
    expect(failed.response).toEqual({ statusCode: 503, body: "busy" });
    const delivered = await detailOf(subscription, attempts[0]?.id);
    expect(delivered.response).toEqual({ statusCode: 200, body: "thanks" });
    const received = (await endpoint.received()).find(({ headers }) => headers["webhook-id"] === delivered.messageId);
    expect(delivered.request).toMatchObject({ body: received?.body, isBodyTruncated: false });
    expect(delivered.request?.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": delivered.messageId,
      "webhook-signature": "[redacted]",
    });
  });

  it("contains the attempt of a test message", async () => {
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe(NOTHING);
    const { body } = await api<{ attemptId: string; messageId: string }>("POST", `/v1/subscriptions/${id}/test`);
    expect(await detailOf({ id }, body.attemptId)).toMatchObject({
      messageId: body.messageId,
      alertId: null,
      alertTitle: null,
      type: "subscription.test",
      outcome: "delivered",
    });
  });

  it("keeps the attempts of test messages when the object is evicted", async () => {
    const { id } = await new Endpoint().subscribe(NOTHING);
    for (let count = 0; count < 3; count++) await api("POST", `/v1/subscriptions/${id}/test`);
    await evictDurableObject(env.SUBSCRIPTIONS.getByName(id));
    expect((await attemptsOf({ id })).data).toHaveLength(3);
  });

  it("contains no secret, also where the endpoint sends it back", async () => {
    const endpoint = new Endpoint();
    const secret = "token-of-the-endpoint";
    const url = `${endpoint.url}?token=token-of-the-url`;
    const subscription = await endpoint.subscribe({ ...NOTHING, url, headers: { "X-Echo": `Bearer ${secret}` } });
    await fetch(url, {
      method: "PUT",
      body: JSON.stringify({ status: 400, body: `bad: ${secret}, token-of-the-url, Bearer ${secret}` }),
    });
    const { body } = await api<{ attemptId: string }>("POST", `/v1/subscriptions/${subscription.id}/test`);
    const attempt = await detailOf(subscription, body.attemptId);
    expect(attempt.response?.body).toMatch(/^bad: \*+, \*+, \*+$/);
    expect(attempt.request?.headers["x-echo"]).toBe("[redacted]");
    expect(attempt.request?.url).toMatch(/\/\[redacted\]\?token=\[redacted\]$/);
    const [received] = await (await fetch(url)).json<{ headers: Record<string, string> }[]>();
    expect(received?.headers["x-echo"]).toBe(`Bearer ${secret}`);
  });

  it("contains no signature that the endpoint sends back", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    await endpoint.answer("echo");
    const subscription = await endpoint.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    await endpoint.waitFor(1);
    const [received] = await endpoint.received();
    const [listed] = await until(async () => {
      const { data } = await attemptsOf(subscription);
      return data.length > 0 && data;
    });
    const { response } = await detailOf(subscription, listed?.id);
    expect(response?.body).toContain("webhook-signature");
    expect(response?.body).not.toContain(received?.headers["webhook-signature"]?.slice(3));
  });

  it("bounds title and bodies", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    await endpoint.answer({ status: 200, body: "x".repeat(20_000) });
    const subscription = await endpoint.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "t".repeat(300), description: "y".repeat(20_000) });
    await endpoint.waitFor(1);
    const [listed] = await until(async () => {
      const { data } = await attemptsOf(subscription);
      return data.length > 0 && data;
    });
    const { alertTitle, request, response } = await detailOf(subscription, listed?.id);
    expect(alertTitle).toBe("t".repeat(200));
    expect([request?.body.length, request?.isBodyTruncated, response?.body.length]).toEqual([8192, true, 4096]);
  });

  it("answers 404 for an attempt that is unknown, and 400 for an unknown outcome", async () => {
    const { id } = await new Endpoint().subscribe(NOTHING);
    const path = `/v1/subscriptions/${id}/attempts`;
    expect((await api("GET", `${path}/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await api("GET", `${path}?outcome=lost`)).status).toBe(400);
  });

  it("ends with its subscription", async () => {
    const { subscription } = await withAttempts();
    await api("DELETE", `/v1/subscriptions/${subscription.id}`);
    const object = objectOf(subscription);
    expect(await object.listAttempts({ outcome: null, messageId: null }, null, 10)).toEqual([]);
    await object.recordAttempt(testAttempt(null), { url: "", preset: null, credentials: null });
    expect(await object.listAttempts({ outcome: null, messageId: null }, null, 10)).toEqual([]);
  });
});
