import { describe, expect, it } from "vitest";
import { api } from "../../support/worker.ts";
import { callAs, createSignedInUser, createTeam, createUser, setRole } from "./fixtures.ts";

interface Shown {
  id: string;
  isPlatformAdmin: boolean | null;
}

describe("what a team admin learns about a user", () => {
  it("is nothing outside their teams, and within them not who is a platform admin", async () => {
    const [teamId, admin] = [await createTeam(), await createSignedInUser()];
    await setRole(teamId, admin.id, "ADMIN");
    const boss = await createUser({ isPlatformAdmin: true });
    expect((await callAs(admin.cookie, "GET", `/v1/users/${boss.id}`)).status).toBe(404);
    const unlisted = await callAs<{ data: Shown[] }>(admin.cookie, "GET", `/v1/users?email=${boss.email}`);
    expect(unlisted.body.data).toEqual([]);
    await callAs(admin.cookie, "POST", `/v1/teams/${teamId}/members`, { email: boss.email, role: "OBSERVER" });
    expect((await callAs<Shown>(admin.cookie, "GET", `/v1/users/${boss.id}`)).body.isPlatformAdmin).toBeNull();
    const listed = await callAs<{ data: Shown[] }>(admin.cookie, "GET", "/v1/users");
    const shown = Object.fromEntries(listed.body.data.map(({ id, isPlatformAdmin }) => [id, isPlatformAdmin]));
    expect(shown).toEqual({ [boss.id]: null, [admin.id]: false });
    expect((await api<Shown>("GET", `/v1/users/${boss.id}`)).body.isPlatformAdmin).toBe(true);
  });
});
