import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { callAs, createSignedInUser } from "./fixtures.ts";
import { api } from "../../support/worker.ts";

describe("DELETE /v1/users/{id}", () => {
  it("deletes the user's sessions and accounts", async () => {
    const { id, cookie } = await createSignedInUser();
    expect((await api("DELETE", `/v1/users/${id}`)).status).toBe(204);
    expect((await callAs(cookie, "GET", "/v1/session")).status).toBe(401);
    const { rows } = await connect(env).execute(sql`select 1 from accounts where user_id = ${id}`);
    expect(rows).toEqual([]);
  });

  it("keeps the last platform admin, and the caller themselves", async () => {
    await connect(env).execute(sql`update users set is_platform_admin = false`);
    const admin = await createSignedInUser({ isPlatformAdmin: true });
    expect((await api("DELETE", `/v1/users/${admin.id}`)).status).toBe(409);
    expect((await callAs(admin.cookie, "DELETE", `/v1/users/${admin.id}`)).status).toBe(409);
  });
});
