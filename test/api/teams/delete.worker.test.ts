import { describe, expect, it } from "vitest";
import { createTeam } from "../users/fixtures.ts";
import { api, createIntegration } from "../../support/worker.ts";

describe("DELETE /v1/teams/{id}", () => {
  it("fails while integrations or API keys belong to the team", async () => {
    const teamId = await createTeam();
    const key = await api<{ id: string }>("POST", "/v1/api-keys", { name: "x", teamId, scopes: ["alerts:read"] });
    const integration = await createIntegration({ teamId });
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(409);
    await api("DELETE", `/v1/api-keys/${key.body.id}`);
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(409);
    await api("DELETE", `/v1/integrations/${integration.id}`);
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(204);
    expect((await api("GET", `/v1/teams/${teamId}`)).status).toBe(404);
  });
});
