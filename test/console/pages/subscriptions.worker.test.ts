import { describe, expect, it } from "vitest";
import { Endpoint, NOTHING } from "../../api/subscriptions/endpoint.ts";
import { createSignedInUser } from "../../api/users/fixtures.ts";
import { api, call } from "../../support/worker.ts";

describe("the list and the page of a subscription", () => {
  it("show that the last test failed, instead of Healthy", async () => {
    const { cookie } = await createSignedInUser({ isPlatformAdmin: true });
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe(NOTHING);
    const badgesOf = async (path: string, from: string) => {
      const { body } = await call<string>("GET", path, { headers: { cookie } });
      const [, marks = ""] = new RegExp(`${from}.*?<span class="marks">(.*?)</span></`, "s").exec(body) ?? [];
      return marks.replaceAll(/<[^>]*>/g, "");
    };
    const shown = () =>
      Promise.all([
        badgesOf(`/subscriptions/${id}`, 'id="health"'),
        badgesOf("/subscriptions", `id="subscription-${id}"`),
      ]);
    expect(await shown()).toEqual(["Healthy", "Healthy"]);
    await endpoint.answer({ status: 500 });
    await api("POST", `/v1/subscriptions/${id}/test`);
    expect(await shown()).toEqual(["Last test failed", "Last test failed"]);
  });
});
