import { describe, expect, it } from "vitest";
import { callAs, createSignedInUser, createTeam, setRole } from "../users/fixtures.ts";
import { api } from "../../support/worker.ts";

describe("the last admin of a team", () => {
  it("keeps the role unless a platform admin changes it", async () => {
    const [teamId, admin] = [await createTeam(), await createSignedInUser()];
    await setRole(teamId, admin.id, "ADMIN");
    const path = `/v1/teams/${teamId}/members/${admin.id}`;
    expect((await callAs(admin.cookie, "PUT", path, { role: "OBSERVER" })).status).toBe(409);
    expect((await callAs(admin.cookie, "DELETE", path)).status).toBe(409);
    expect((await api("PUT", path, { role: "OBSERVER" })).status).toBe(200);
  });
});
