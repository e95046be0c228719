import { beforeAll, describe, expect, it } from "vitest";
import { createSignedInUser, ORIGIN } from "../../api/users/fixtures.ts";
import {
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  ingestPath,
  type TestIntegration,
} from "../../support/worker.ts";

let cookie: string;
let integration: TestIntegration;
beforeAll(async () => {
  ({ cookie } = await createSignedInUser({ isPlatformAdmin: true }));
  integration = await createIntegration({ name: "Backups" });
});

const textOf = (html: string): string =>
  html
    .replaceAll(/<script.*?<\/script>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

const open = async (id: string): Promise<string> =>
  (await call<string>("GET", `/deliveries/${id}`, { headers: { cookie } })).body;

/** The parts of a page by their headings, in order. */
const headings = (page: string): string[] =>
  [...page.matchAll(/<h2[^>]*>(.*?)</gs)].map(([, text = ""]) => text.trim());

describe("the page of a delivery", () => {
  it("says what it was about, what was checked, what each event did, and then shows the original", async () => {
    const { body } = await deliver(integration, { id: "job-1", title: "Backup failed" });
    await flushed(integration);
    const alertId = body.alerts[0]?.id ?? "";
    const page = await open(body.deliveryId);
    expect(headings(page)).toEqual([
      "Verification",
      "Events",
      "Body",
      "Headers",
      "Replay with current settings",
      "Identifiers",
    ]);
    const [about = "", checked = "", events = ""] = page.split(/<h2/).map((part) => textOf(`<h2${part}`));
    expect(about).toMatch(/Backup failed .* Integration Backups Result opened, answered HTTP 202 Alert Backup failed/);
    expect(checked).toContain("verified (HMAC signature)");
    expect(checked).toContain("Checked HMAC-SHA256 in x-webhook-signature");
    expect(checked).toContain("Request header x-webhook-signature found Matched the current secret");
    expect(events).toMatch(/opened Backup failed Trigger/);
    expect(page).toContain(`<a class="title" href="/alerts/${alertId}"`);
    expect(page).toMatch(/x-webhook-signature<\/th><td><code>\[redacted\]/);
    expect(page).toContain(`href="/v1/deliveries/${body.deliveryId}/payload" download`);
  });

  it("says what to do about a rejection, and beside the button why it was not replayed", async () => {
    await deliver(integration, { id: "job-3", title: "Backup slow" }, { "x-webhook-signature": "00" });
    const id = (await deliveriesOf(integration))[0]?.id ?? "";
    expect(headings(await open(id)).slice(0, 2)).toEqual(["Verification", "What to do"]);
    // The form asks whether to replay although the sender is unverified.
    const { status, body } = await call<string>("POST", `/deliveries/${id}/replay`, {
      headers: { cookie, origin: ORIGIN },
      body: new URLSearchParams(),
    });
    expect(status).toBe(409);
    expect(body).toMatch(/Replay<\/button>.*role="alert" tabindex="-1" autofocus/s);
  });

  it("says that a body of unknown size is too large, and shows its stored start", async () => {
    // A stream has no Content-Length.
    const sent = await call("POST", ingestPath(integration), {
      headers: { "content-type": "text/plain" },
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("0123456789".repeat(120_000)));
          controller.close();
        },
      }),
    });
    expect(sent.status).toBe(413);
    const delivery = (await deliveriesOf(integration))[0]!;
    expect(delivery).toMatchObject({ bodyBytes: null, isBodyCut: true });
    const page = await open(delivery.id);
    const text = textOf(page);
    expect(text).toContain("over the limit of 1 MiB, size unknown, text/plain, truncated");
    expect(text).toContain("0123456789");
    expect(text).toContain("Not available. The body is not stored in full.");
    expect(page).toContain(`href="/v1/deliveries/${delivery.id}/payload" download`);
  });

  it("says of a deleted integration that its deliveries cannot be read", async () => {
    const deleted = await createIntegration();
    const { body } = await deliver(deleted, { title: "Backup failed" });
    await flushed(deleted);
    await api("DELETE", `/v1/integrations/${deleted.id}`);
    expect(textOf(await open(body.deliveryId))).toContain("Not available. The integration is deleted.");
  });

  it("says that the body of a renewal is not stored", async () => {
    const renewed = await createIntegration({ provider: "alertmanager", verification: { scheme: "token" } });
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    for (const minutes of [5, 9])
      await call("POST", `${ingestPath(renewed)}/api/v2/alerts`, {
        headers: { "content-type": "application/json", authorization: `Bearer ${renewed.secret}` },
        body: JSON.stringify([{ labels: { alertname: "DiskFull" }, endsAt: inMinutes(minutes) }]),
      });
    await flushed(renewed);
    const renewal = (await deliveriesOf(renewed))[0]!;
    expect(renewal.status).toBe("DUPLICATE");
    const page = await open(renewal.id);
    expect(textOf(page)).toMatch(/The body is not stored\. .* Not available\. The body is not stored\./);
    expect(page).not.toContain("/payload");
  });

  it("counts unreadable events", async () => {
    const { body } = await deliver(integration, [{ id: "job-4", title: "Backup failed" }, 7]);
    await flushed(integration);
    const text = textOf(await open(body.deliveryId));
    expect(text).toContain("2 events: 1 opened, 1 unreadable");
    expect(text).toContain("unreadable Event /1: expected a JSON object");
  });

  it("links a duplicate to the first delivery, and a replay to its original", async () => {
    const first = await deliver(integration, { id: "job-2", title: "Backup late" });
    const duplicate = await deliver(integration, { id: "job-2", title: "Backup late" });
    await flushed(integration);
    expect(await open(duplicate.body.deliveryId)).toMatch(
      new RegExp(`Duplicate of</dt><dd[^>]*><a href="/deliveries/${first.body.deliveryId}"`),
    );
    const replay = await api<{ deliveryId: string }>("POST", `/v1/deliveries/${first.body.deliveryId}/replay`, {});
    await flushed(integration);
    const page = await open(replay.body.deliveryId);
    expect(page).toMatch(
      new RegExp(`Replay of</dt><dd[^>]*><a href="/deliveries/${first.body.deliveryId}"[^>]*>Backup late`),
    );
    expect(headings(page)).toContain("Comparison with the original");
    expect(headings(await open(first.body.deliveryId))).toContain("Replays");
  });
});
