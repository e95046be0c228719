import { describe, expect, it } from "vitest";
import { createQuarantine, listRows, repair, ROW_1, ROW_3 } from "../api/integrations/quarantine/fixtures.ts";
import { createSignedInUser, ORIGIN } from "../api/users/fixtures.ts";
import { alertsOf, call, until } from "../support/worker.ts";

describe("the quarantine page", () => {
  it("retries a row and discards another", async () => {
    const integration = await createQuarantine();
    await repair(integration, "row = 1");
    const { cookie } = await createSignedInUser({ isPlatformAdmin: true });
    const page = `/integrations/${integration.id}/quarantine`;
    const post = (path: string, form: Record<string, string>) =>
      call("POST", path, {
        headers: { cookie, origin: ORIGIN },
        body: new URLSearchParams(form),
        redirect: "manual",
      });
    expect((await call<string>("GET", page, { headers: { cookie } })).body).toContain("22P02");
    expect((await post(`${page}/retry`, { row: String(ROW_1) })).status).toBe(303);
    await until(async () => (await listRows(integration)).length === 1);
    expect((await post(`${page}/${ROW_3}/discard`, {})).status).toBe(303);
    expect(await listRows(integration)).toEqual([]);
    expect((await alertsOf(integration)).map(({ alertKey }) => alertKey).toSorted()).toEqual(["a", "b"]);
  });
});
