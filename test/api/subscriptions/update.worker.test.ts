import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { openSecretBox } from "../../../src/lib/secret-box.ts";
import { api, call } from "../../support/worker.ts";
import { Endpoint, NOTHING } from "./endpoint.ts";

describe("An update of a subscription", () => {
  it("requires the current version in If-Match, and is recorded in the audit log", async () => {
    const { id } = await new Endpoint().subscribe(NOTHING);
    const rename = (etag: string) =>
      call("PATCH", `/v1/subscriptions/${id}`, {
        headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", "if-match": etag },
        body: JSON.stringify({ name: "renamed" }),
      });
    expect([(await rename('"1"')).status, (await rename('"1"')).status]).toEqual([200, 412]);
    const events = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${id}`);
    expect(events.body.data.map(({ action }) => action)).toEqual(["subscription.update", "subscription.create"]);
  });

  it("re-encrypts the secret with the current key, and stores no plain text", async () => {
    const endpoint = new Endpoint();
    const { id, secret } = await endpoint.subscribe(NOTHING);
    const old = await (await openSecretBox(env.ENCRYPTION_KEYS.split(",").toReversed().join(","))).encrypt(secret, id);
    const { $client: sql } = connect(env);
    await sql.query("update subscriptions set secret_ciphertext = $1, secret_key_id = $2 where id = $3", [
      old.ciphertext,
      old.keyId,
      id,
    ]);
    expect((await api("POST", "/v1/integrations/re-encrypt", {})).body).toMatchObject({ failed: [] });
    const [row] = await sql.query("select * from subscriptions where id = $1", [id]);
    expect(row).toMatchObject({ secret_key_id: "test" });
    expect(JSON.stringify(row)).not.toContain(secret.slice(6, 20));
    await api("POST", `/v1/subscriptions/${id}/test`);
    const [received] = await endpoint.received();
    new Webhook(secret).verify(received?.body ?? "", received?.headers ?? {});
  });
});
