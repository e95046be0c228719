import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../../src/providers/index.ts";
import { api } from "../../support/worker.ts";

describe("GET /v1/providers", () => {
  it("lists every provider with a sample", async () => {
    const { status, body } = await api<{ data: { id: string; sample: { body: string } }[] }>("GET", "/v1/providers");
    expect(status).toBe(200);
    expect(body.data.map(({ id }) => id)).toEqual([...PROVIDERS.keys()]);
    for (const { sample } of body.data) expect(sample.body).toBeTypeOf("string");
  });
});
