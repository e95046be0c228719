import { describe, expect, it } from "vitest";
import { callAs, createSignedInUser, createTeam, setRole } from "../users/fixtures.ts";
import { api } from "../../support/worker.ts";

describe("DELETE /v1/teams/{id}/members/{userId}", () => {
  it("ends the member's access at once", async () => {
    const [teamId, member] = [await createTeam(), await createSignedInUser()];
    await setRole(teamId, member.id, "OBSERVER");
    expect((await callAs(member.cookie, "GET", "/v1/alerts")).status).toBe(200);
    expect((await api("DELETE", `/v1/teams/${teamId}/members/${member.id}`)).status).toBe(204);
    expect((await callAs(member.cookie, "GET", "/v1/alerts")).status).toBe(403);
  });
});
