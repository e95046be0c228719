import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { alerts } from "../../src/db/schema.ts";
import { newId } from "../../src/lib/ids.ts";
import { type Alert, api, createIntegration } from "../support/worker.ts";

interface Page {
  data: Alert[];
  nextCursor: string | null;
}

describe("the Link header", () => {
  it("leads through all pages, and rows of equal times are neither skipped nor repeated", async () => {
    const { id: integrationId } = await createIntegration();
    const at = new Date("2026-10-01T12:00:00.123Z");
    const rows = Array.from({ length: 25 }, (_, i) => ({
      id: newId(),
      integrationId,
      title: `t${i}`,
      severity: "LOW" as const,
      status: "OPEN" as const,
      triggeredAt: at,
      lastSeenAt: at,
      version: 1,
    }));
    await connect(env).insert(alerts).values(rows);
    const seen: string[] = [];
    let path: string | null = `/v1/alerts?integrationId=${integrationId}&limit=7`;
    while (path !== null) {
      const page: Awaited<ReturnType<typeof api<Page>>> = await api<Page>("GET", path);
      seen.push(...page.body.data.map((alert) => alert.id));
      const link = /<(.+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
      expect(link !== undefined).toBe(page.body.nextCursor !== null);
      path = link === undefined ? null : new URL(link).pathname + new URL(link).search;
    }
    expect(seen).toEqual(
      rows
        .map((row) => row.id)
        .toSorted()
        .toReversed(),
    );
  });
});
