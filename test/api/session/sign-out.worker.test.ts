import { describe, expect, it } from "vitest";
import { callAs, createSignedInUser } from "../users/fixtures.ts";
import { api } from "../../support/worker.ts";

describe("signing out", () => {
  it("ends the session at once and deletes the cookie", async () => {
    const { cookie } = await createSignedInUser();
    const reply = await callAs(cookie, "DELETE", "/v1/session");
    expect([reply.status, reply.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect((await callAs(cookie, "GET", "/v1/session")).status).toBe(401);
  });

  it("is a conflict for a caller with a key", async () => {
    expect((await api("DELETE", "/v1/session")).status).toBe(409);
  });
});
