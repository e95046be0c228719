import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import { toConfig } from "../../../src/objects/integration/config-of-row.ts";
import { SecretBox } from "../../../src/lib/secret-box.ts";
import {
  api,
  apiWith,
  createIntegration,
  deliver,
  objectOf,
  type TestIntegration,
  until,
  withLostCalls,
} from "../../support/worker.ts";

interface Reencrypted {
  reencrypted: number;
  failed: string[];
  nextCursor: string | null;
  remaining: { secrets: number };
}

const rowOf = async ({ id }: TestIntegration) =>
  (await connect(env).select().from(integrations).where(eq(integrations.id, id)))[0]!;

/** Encrypts the secrets of an integration with the older key, under the given key id. */
async function encryptWithOldKey({ id, secret }: TestIntegration, keyId = "old"): Promise<void> {
  const [, old = ""] = env.ENCRYPTION_KEYS.split(",");
  const box = await SecretBox.open(old);
  const current = await box.encrypt(secret, id);
  const previous = await box.encrypt("the previous secret", id);
  await connect(env)
    .update(integrations)
    .set({
      secretCiphertext: current.ciphertext,
      secretKeyId: keyId,
      previousSecretCiphertext: previous.ciphertext,
      previousSecretKeyId: keyId,
      previousSecretExpiresAt: new Date(Date.now() + 3_600_000),
      version: 2,
    })
    .where(eq(integrations.id, id));
}

/** The ids of the keys that encrypted an integration's secrets, in Postgres and in its object. */
const keysOf = async (source: TestIntegration) => {
  const row = await rowOf(source);
  const config = await objectOf(source).config();
  return [row.secretKeyId, row.previousSecretKeyId, ...(config?.secrets ?? []).map(({ keyId }) => keyId)];
};

async function reencryptAll(bindings: Env = env): Promise<Reencrypted> {
  let reencrypted = 0;
  const failed: string[] = [];
  for (let cursor: string | null = null; ;) {
    const { body }: { body: Reencrypted } = await apiWith<Reencrypted>(
      bindings,
      "POST",
      "/v1/integrations/re-encrypt",
      cursor === null ? {} : { cursor },
    );
    reencrypted += body.reencrypted;
    failed.push(...body.failed);
    if (body.nextCursor === null) return { ...body, reencrypted, failed };
    cursor = body.nextCursor;
  }
}

it("re-encrypts secrets with the first key while deliveries continue", async () => {
  // One request re-encrypts 50.
  const sources = await Promise.all(Array.from({ length: 52 }, () => createIntegration()));
  for (const source of sources) await encryptWithOldKey(source);
  for (const { id } of sources) await objectOf({ id }).configure(toConfig(await rowOf({ id, secret: "" })));
  const [first] = sources;
  expect(await keysOf(first!)).toEqual(["old", "old", "old", "old"]);
  expect((await deliver(first!, { title: "before" })).status).toBe(202);

  expect((await reencryptAll()).reencrypted).toBeGreaterThanOrEqual(52);
  for (const source of sources) expect(await keysOf(source)).toEqual(["test", "test", "test", "test"]);
  expect(await until(async () => (await deliver(first!, { title: crypto.randomUUID() })).status === 202)).toBe(true);
  const previous = { ...first!, secret: "the previous secret" };
  expect((await deliver(previous, { title: "with the previous secret" })).status).toBe(202);
  expect(await reencryptAll()).toMatchObject({ reencrypted: 0, failed: [], remaining: { secrets: 0 } });
});

it("lists secrets that no key decrypts and continues with the others", async () => {
  const [undecryptable, decryptable] = [await createIntegration(), await createIntegration()];
  await encryptWithOldKey(undecryptable, "gone");
  await encryptWithOldKey(decryptable);
  expect(await reencryptAll()).toMatchObject({ reencrypted: 1, failed: [undecryptable.id], remaining: { secrets: 1 } });
  await api("DELETE", `/v1/integrations/${undecryptable.id}`);
  expect(await reencryptAll()).toMatchObject({ failed: [], remaining: { secrets: 0 } });
});

it("records an audit event", async () => {
  const source = await createIntegration();
  await encryptWithOldKey(source);
  await reencryptAll();
  const { body } = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${source.id}`);
  expect(body.data[0]).toMatchObject({ action: "integration.re-encrypt" });
});

it("names an integration whose object cannot be reached, until the object has the new ciphertext", async () => {
  const source = await createIntegration();
  await encryptWithOldKey(source);
  const lost = (method: string) => withLostCalls((name, called) => name === source.id && called === method);
  // Nothing changed: the object does not know of the change.
  expect(await reencryptAll(lost("expectConfig"))).toMatchObject({ failed: [source.id], remaining: { secrets: 1 } });
  // Postgres has the new ciphertext, and the object does not.
  for (const reencrypted of [0, 0]) {
    const result = await reencryptAll(lost("configure"));
    expect(result).toMatchObject({ reencrypted, failed: [source.id], remaining: { secrets: 0 } });
  }
  expect(await reencryptAll()).toMatchObject({ reencrypted: 0, failed: [], remaining: { secrets: 0 } });
  expect(await keysOf(source)).toEqual(["test", "test", "test", "test"]);
});
