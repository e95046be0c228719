import { describe, expect, it } from "vitest";
import { createUser, type User } from "./fixtures.ts";
import { api } from "../../support/worker.ts";

describe("POST /v1/users", () => {
  it("rejects an email address that differs from another user's only in case", async () => {
    const { email } = await createUser();
    const again = await api("POST", "/v1/users", { email: email.toUpperCase(), name: "x" });
    expect(again.status).toBe(409);
    const found = await api<{ data: User[] }>("GET", `/v1/users?email=${email.toUpperCase()}`);
    expect(found.body.data.map((user) => user.email)).toEqual([email]);
  });
});
