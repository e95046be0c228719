import { describe, expect, it } from "vitest";
import { callAs, cookieOf, createSignedInUser, signIn } from "./fixtures.ts";
import { api } from "../../support/worker.ts";

describe("the sessions of a user", () => {
  it("end one by one for the user, and all at once for a platform admin", async () => {
    const { id, email, cookie } = await createSignedInUser();
    const other = cookieOf((await signIn(email)).headers);
    const { body } = await callAs<{ data: { id: string; isCurrent: boolean }[] }>(
      cookie,
      "GET",
      `/v1/users/${id}/sessions`,
    );
    expect(body.data.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect((await callAs(cookie, "DELETE", `/v1/users/${id}/sessions/${body.data[0]?.id}`)).status).toBe(204);
    expect((await callAs(other, "GET", "/v1/session")).status).toBe(401);
    expect((await api("DELETE", `/v1/users/${id}/sessions`)).status).toBe(204);
    expect((await callAs(cookie, "GET", "/v1/session")).status).toBe(401);
  });
});
