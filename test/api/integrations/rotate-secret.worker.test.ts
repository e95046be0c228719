import { env } from "cloudflare:workers";
import { desc, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { auditEvents } from "../../../src/db/schema.ts";
import { api, call, createIntegration, deliver, type TestIntegration } from "../../support/worker.ts";

type RotatedIntegration = TestIntegration & { previousSecretExpiresAt: string | null };

describe("POST /v1/integrations/{id}/rotate-secret", () => {
  const rotate = (id: string, body: object = {}) =>
    api<RotatedIntegration>("POST", `/v1/integrations/${id}/rotate-secret`, body);

  it("makes the new secret valid at once and keeps the old one valid for the overlap", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "fills the isolate's cache" });
    const { status, body } = await rotate(integration.id, { overlapMinutes: 60 });
    expect([status, body.previousSecretExpiresAt]).toEqual([200, expect.stringMatching(/Z$/)]);
    const next = { ...integration, secret: body.secret };
    expect(next.secret).not.toBe(integration.secret);
    for (const source of [integration, next])
      expect((await deliver(source, { title: source.secret.slice(0, 5) })).status).toBe(202);
    const got = await api("GET", `/v1/integrations/${integration.id}`);
    expect(JSON.stringify(got.body)).not.toContain(body.secret);
  });

  it("ends the old secret at once with an overlap of 0", async () => {
    const integration = await createIntegration();
    const { body } = await rotate(integration.id, { overlapMinutes: 0, secret: "made by the source itself" });
    expect(body.secret).toBe("made by the source itself");
    expect((await deliver(integration, { title: "x" })).status).toBe(401);
    expect((await deliver({ ...integration, secret: body.secret }, { title: "x" })).status).toBe(202);
  });

  it("is 409 while an earlier rotation overlaps, unless its end is explicit", async () => {
    const integration = await createIntegration();
    const first = await rotate(integration.id, { overlapMinutes: 60 });
    const rejected = await rotate(integration.id, { overlapMinutes: 60 });
    expect([rejected.status, rejected.body]).toMatchObject([
      409,
      { detail: expect.stringContaining(first.body.previousSecretExpiresAt ?? "never") },
    ]);
    expect((await deliver(integration, { title: "still valid" })).status).toBe(202);
    const second = await rotate(integration.id, { overlapMinutes: 60, endOverlap: true });
    expect(second.status).toBe(200);
    expect((await deliver(integration, { title: "ended" })).status).toBe(401);
    for (const { body } of [first, second]) {
      expect((await deliver({ ...integration, secret: body.secret }, { title: body.secret.slice(0, 5) })).status).toBe(
        202,
      );
    }
    const third = await rotate(integration.id, { overlapMinutes: 0 });
    expect(third.status).toBe(200);
    for (const { body } of [first, second]) {
      expect((await deliver({ ...integration, secret: body.secret }, { title: body.secret.slice(0, 5) })).status).toBe(
        401,
      );
    }
    expect((await rotate(integration.id, { overlapMinutes: 60 })).status).toBe(200);
  });

  it("applies one of several concurrent rotations, whose secret is valid", async () => {
    const integration = await createIntegration();
    const rotateVersion1 = () =>
      call<RotatedIntegration>("POST", `/v1/integrations/${integration.id}/rotate-secret`, {
        headers: {
          authorization: `Bearer ${env.ROOT_API_KEY}`,
          "content-type": "application/json",
          "if-match": '"1"',
        },
        body: "{}",
      });
    const replies = await Promise.all([rotateVersion1(), rotateVersion1(), rotateVersion1()]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    const secret = replies.find(({ status }) => status === 200)?.body.secret ?? "";
    for (const valid of [secret, integration.secret])
      expect((await deliver({ ...integration, secret: valid }, { title: valid.slice(0, 5) })).status).toBe(202);
    expect((await api("GET", `/v1/integrations/${integration.id}`)).body.version).toBe(2);
  });

  it("leaves secrets out of the audit log", async () => {
    const integration = await createIntegration();
    const { body } = await rotate(integration.id);
    const events = await connect(env)
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.targetId, integration.id))
      .orderBy(desc(auditEvents.createdAt));
    expect(events.map(({ action }) => action)).toEqual(["integration.rotate-secret", "integration.create"]);
    const text = JSON.stringify(events);
    for (const secret of [integration.secret, body.secret]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/cipher/i);
  });
});
