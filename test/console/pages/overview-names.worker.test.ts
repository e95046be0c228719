import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { createSignedInUser, createTeam, setRole } from "../../api/users/fixtures.ts";
import { api, call, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";

/** The API lists this many names in one response. */
const LISTED = 1000;

let teamId: string;
let cookie: string;
let oldest: TestIntegration;
let deleted: TestIntegration;

beforeAll(async () => {
  teamId = await createTeam();
  const user = await createSignedInUser();
  await setRole(teamId, user.id, "ADMIN");
  ({ cookie } = user);
  oldest = await createIntegration({ name: "The oldest of all", teamId });
  deleted = await createIntegration({ name: "Soon deleted", teamId });
  await deliver(oldest, { id: "1", title: "disk is full", severity: "critical" });
  for (const one of [oldest, deleted]) await deliver({ ...one, secret: "another one, wrong" }, {});
  for (const one of [oldest, deleted]) await flushed(one);
  await api("DELETE", `/v1/integrations/${deleted.id}`);
  await connect(env)
    .execute(sql`insert into integrations (id, team_id, name, provider, verification, secret_ciphertext, secret_key_id)
    select gen_random_uuid(), ${teamId}::uuid, 'Newer ' || n, 'generic', '{}', '', '' from generate_series(1, ${LISTED}) n`);
});

// The other files have the same database, and requests call the objects of its integrations.
afterAll(async () => {
  await connect(env).execute(sql`delete from integrations where team_id = ${teamId}::uuid and name like 'Newer %'`);
});

it("names integrations that are older than the listed ones, and says which is deleted", async () => {
  const { body } = await call<string>("GET", "/", { headers: { cookie, accept: "text/html" } });
  const [faults = ""] = /<ol class="rows faults">.*?<\/ol>/s.exec(body) ?? [];
  expect(faults).toContain(`<a href="/integrations/${oldest.id}">The oldest of all</a>`);
  expect(faults.match(/Deleted integration/g)).toHaveLength(1);
  const [critical = ""] = /<li id="critical-.*?<\/li>/s.exec(body) ?? [];
  expect(critical).toContain("The oldest of all");
  const [topKeys = ""] = /<ol class="rows top-keys">.*?<\/ol>/s.exec(body) ?? [];
  expect(topKeys).toContain("The oldest of all");
});
