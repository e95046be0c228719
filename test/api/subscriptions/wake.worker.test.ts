import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { wakeSubscriptions } from "../../../src/api/subscriptions/wake.ts";
import { connect } from "../../../src/db/client.ts";
import { createIntegration, deliver, flushed } from "../../support/worker.ts";
import { Endpoint, only } from "./endpoint.ts";

describe("wakeSubscriptions", () => {
  it("wakes a subscription that missed a notification", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const { id } = await endpoint.subscribe(only(integration));
    const { $client: sql } = connect(env);
    // The flush does not find the subscription, so it does not notify it.
    await sql.query("update subscriptions set is_enabled = false where id = $1", [id]);
    await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await sql.query("update subscriptions set is_enabled = true where id = $1", [id]);
    await wakeSubscriptions(env);
    expect(await endpoint.waitFor(1)).toHaveLength(1);
  });
});
