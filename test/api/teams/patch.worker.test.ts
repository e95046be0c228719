import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { auditEvents } from "../../../src/db/schema.ts";
import { callAs, createSignedInUser, createTeam, setRole } from "../users/fixtures.ts";
import { api, call } from "../../support/worker.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("PATCH /v1/teams/{id}", () => {
  it("allows a team admin to rename the team, but not to create another", async () => {
    const [teamId, admin] = [await createTeam(), await createSignedInUser()];
    await setRole(teamId, admin.id, "ADMIN");
    expect((await callAs(admin.cookie, "PATCH", `/v1/teams/${teamId}`, { name: "Pay" })).body.name).toBe("Pay");
    expect((await callAs(admin.cookie, "POST", "/v1/teams", { name: "x" })).status).toBe(403);
  });

  it("lets one of several updates in the same millisecond through", async () => {
    const teamId = await createTeam();
    const etag = (await api("GET", `/v1/teams/${teamId}`)).headers.get("etag") ?? "";
    const rename = (name: string) =>
      call("PATCH", `/v1/teams/${teamId}`, {
        headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", "if-match": etag },
        body: JSON.stringify({ name }),
      });
    vi.useFakeTimers({ toFake: ["Date"] });
    const replies = await Promise.all(["a", "b", "c"].map(rename));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    const events = await connect(env).select().from(auditEvents).where(eq(auditEvents.targetId, teamId));
    expect(events.filter(({ action }) => action === "team.update")).toHaveLength(1);
  });
});
