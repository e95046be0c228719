import { describe, expect, it } from "vitest";
import { api, deliver, deliveriesOf, flushed } from "../../../support/worker.ts";
import { createQuarantine, listRows, pathOf, repair, ROW_1, ROW_3 } from "./fixtures.ts";

describe("POST /v1/integrations/{id}/quarantine/retry", () => {
  it("retries one row or all, and quarantines rows again that Postgres still rejects", async () => {
    const integration = await createQuarantine();
    const retry = async (body: object) => (await api("POST", `${pathOf(integration)}/retry`, body)).body;
    await repair(integration, "row = 1");
    expect(await retry({ row: ROW_1 })).toEqual({ retried: 1 });
    expect((await deliveriesOf(integration)).map(({ sequence }) => sequence).toSorted()).toEqual([1, 2]);
    expect(await retry({ row: ROW_1 })).toEqual({ retried: 0 });

    expect(await retry({})).toEqual({ retried: 1 });
    await flushed(integration);
    const [again] = await listRows(integration);
    expect(again?.row).toBeGreaterThan(ROW_3);

    await repair(integration);
    await retry({});
    expect(await deliveriesOf(integration)).toHaveLength(3);
    expect(await listRows(integration)).toEqual([]);
  });

  it("does not overwrite a newer state of the alert", async () => {
    const integration = await createQuarantine();
    await deliver(integration, { id: "a", title: "newer" });
    await repair(integration);
    await api("POST", `${pathOf(integration)}/retry`, {});
    await flushed(integration);
    const { body } = await api<{ data: { title: string; version: number }[] }>(
      "GET",
      `/v1/alerts?integrationId=${integration.id}&query=newer`,
    );
    expect(body.data).toMatchObject([{ title: "newer", version: 2, occurrences: 2 }]);
  });
});
