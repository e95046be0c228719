import { describe, expect, it } from "vitest";
import { callAs, createSignedInUser, createTeam, type SessionCaller, setRole } from "../users/fixtures.ts";

describe("GET /v1/teams", () => {
  it("shows a team to its members only, with their role and scopes in the session", async () => {
    const [teamId, member, outsider] = [await createTeam(), await createSignedInUser(), await createSignedInUser()];
    expect((await setRole(teamId, member.id, "RESPONDER")).status).toBe(200);
    const { body } = await callAs<SessionCaller>(member.cookie, "GET", "/v1/session");
    expect(body.teams).toMatchObject([
      { id: teamId, role: "RESPONDER", scopes: expect.arrayContaining(["alerts:write"]) },
    ]);
    const listed = await callAs<{ data: { id: string }[] }>(member.cookie, "GET", "/v1/teams");
    expect(listed.body.data.map(({ id }) => id)).toEqual([teamId]);
    expect((await callAs<{ data: [] }>(outsider.cookie, "GET", "/v1/teams")).body.data).toEqual([]);
    for (const path of ["", "/members"]) {
      expect((await callAs(member.cookie, "GET", `/v1/teams/${teamId}${path}`)).status).toBe(200);
      expect((await callAs(outsider.cookie, "GET", `/v1/teams/${teamId}${path}`)).status).toBe(404);
    }
  });
});
