import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { callAs, createSignedInUser, createTeam, setRole } from "../users/fixtures.ts";
import { api, call } from "../../support/worker.ts";

describe("PATCH /v1/teams/{id}", () => {
  it("allows a team admin to rename the team, but not to create another", async () => {
    const [teamId, admin] = [await createTeam(), await createSignedInUser()];
    await setRole(teamId, admin.id, "ADMIN");
    expect((await callAs(admin.cookie, "PATCH", `/v1/teams/${teamId}`, { name: "Pay" })).body.name).toBe("Pay");
    expect((await callAs(admin.cookie, "POST", "/v1/teams", { name: "x" })).status).toBe(403);
  });

  it("rejects an update that is based on an older version", async () => {
    const teamId = await createTeam();
    const etag = (await api("GET", `/v1/teams/${teamId}`)).headers.get("etag") ?? "";
    const rename = (name: string) =>
      call("PATCH", `/v1/teams/${teamId}`, {
        headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", "if-match": etag },
        body: JSON.stringify({ name }),
      });
    expect([(await rename("a")).status, (await rename("b")).status]).toEqual([200, 412]);
  });
});
