import { describe, expect, it } from "vitest";
import { callAs, createSignedInUser, createTeam, createUser, newEmail, setRole, type User } from "../users/fixtures.ts";

describe("POST /v1/teams/{id}/members", () => {
  it("allows a team admin to add existing users and create new ones", async () => {
    const [teamId, admin, existing] = [await createTeam(), await createSignedInUser(), await createUser()];
    await setRole(teamId, admin.id, "ADMIN");
    const invite = (email: string) =>
      callAs<User & { userId: string }>(admin.cookie, "POST", `/v1/teams/${teamId}/members`, {
        email,
        role: "OBSERVER",
      });
    expect((await invite(existing.email)).body).toMatchObject({ userId: existing.id, setPasswordToken: null });
    expect((await invite(existing.email)).status).toBe(409);
    const email = newEmail();
    const invited = await invite(email);
    expect([invited.status, invited.body.setPasswordToken]).toEqual([201, expect.any(String)]);
    const members = await callAs<{ data: User[] }>(admin.cookie, "GET", `/v1/teams/${teamId}/members`);
    expect(members.body.data.map((member) => member.email).toSorted()).toEqual(
      [admin.email, existing.email, email].toSorted(),
    );
  });
});
