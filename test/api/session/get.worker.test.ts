import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { callAs, createSignedInUser, type SessionCaller } from "../users/fixtures.ts";
import { api } from "../../support/worker.ts";

describe("GET /v1/session", () => {
  it("describes a caller with a key", async () => {
    const { body } = await api<SessionCaller>("GET", "/v1/session");
    expect(body).toMatchObject({ actor: "api:root", user: null, scopes: expect.arrayContaining(["admin"]) });
  });

  it("rejects an expired session", async () => {
    const { id, cookie } = await createSignedInUser();
    await connect(env).execute(sql`update sessions set expires_at = now() - interval '1 second' where user_id = ${id}`);
    expect((await callAs(cookie, "GET", "/v1/session")).status).toBe(401);
  });
});
