import { describe, expect, it } from "vitest";
import { api } from "../../../support/worker.ts";
import { createQuarantine, listRows, pathOf, ROW_1, ROW_3, type Row } from "./fixtures.ts";

describe("GET /v1/integrations/{id}/quarantine", () => {
  it("lists rows page by page with the error from Postgres", async () => {
    const integration = await createQuarantine();
    const first = await api<{ data: Row[]; nextCursor: string }>("GET", `${pathOf(integration)}?limit=1`);
    expect(first.headers.get("link")).toContain(`cursor=${first.body.nextCursor}`);
    const second = await api<{ data: Row[]; nextCursor: null }>(
      "GET",
      `${pathOf(integration)}?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect([...first.body.data, ...second.body.data]).toMatchObject([
      { row: ROW_1, error: expect.stringContaining("22P02"), alertIds: [expect.any(String)] },
      { row: ROW_3, error: expect.stringContaining("22P02"), alertIds: [expect.any(String)] },
    ]);
    expect(second.body.nextCursor).toBeNull();
    expect((await api("GET", `${pathOf(integration)}?cursor=x`)).status).toBe(400);
  });

  it("keeps the rows of a deleted integration", async () => {
    const integration = await createQuarantine();
    await api("DELETE", `/v1/integrations/${integration.id}`);
    expect(await listRows(integration)).toHaveLength(2);
  });
});

describe("GET /v1/stats", () => {
  it("counts quarantined rows and names the integration that has them", async () => {
    const { id } = await createQuarantine();
    expect((await api("GET", `/v1/stats?integrationId=${id}`)).body).toMatchObject({
      outbox: { rows: 0, oldestAt: null, quarantined: 2 },
      behind: [{ integrationId: id, quarantined: 2 }],
    });
  });
});
