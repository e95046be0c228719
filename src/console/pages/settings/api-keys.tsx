/** `/settings/keys`: what programs come with. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { DAY, toIso } from "../../../lib/time.ts";
import { attempt, dataOf, given, type Problem } from "../../api.ts";
import { type Caller, type Console, type Page } from "../../console.ts";
import {
  Choices,
  Copyable,
  Deliberate,
  Empty,
  Fact,
  Facts,
  Field,
  Head,
  Pages,
  RejectionClass,
  Select,
} from "../../parts/pieces.tsx";
import { show, withNotice } from "../../parts/shell.tsx";
import { teamName, teamOptions } from "../../parts/teams.ts";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";
import { readForm } from "../../parts/form.ts";

const PATH = "/settings/keys";

type Scope = Schemas["NewApiKey"]["scopes"][number];

const SCOPES: readonly (readonly [Scope, string])[] = [
  ["alerts:read", "see alerts"],
  ["alerts:write", "move alerts on"],
  ["deliveries:read", "see deliveries"],
  ["deliveries:replay", "replay deliveries"],
  ["integrations:read", "see integrations"],
  ["integrations:write", "change integrations"],
  ["subscriptions:read", "see subscriptions"],
  ["subscriptions:write", "change subscriptions"],
  ["admin", "everything"],
];

export function registerApiKeys(pages: Console): void {
  pages.get(PATH, (c) => showKeys(c, null));

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const days = Number(form.text("days") || 0);
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/api-keys", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: {
          name: form.text("name"),
          teamId: form.text("teamId") || null,
          scopes: form.all("scope") as Scope[],
          expiresAt: days > 0 ? toIso(Date.now() + days * DAY) : null,
        },
      }),
    );
    if (problem) return showKeys(c, problem);
    return show(
      c,
      { title: "The new key", place: "/settings" },
      <>
        <Head title={data.name} up={{ path: PATH, name: "API keys" }} />
        <Facts>
          <Fact name="Key">
            <Copyable text={data.key} name="key" />
            <span class="hint">Shown this once. Send it as Authorization: Bearer.</span>
          </Fact>
        </Facts>
      </>,
    );
  });

  pages.post(`${PATH}/:id/revoke`, async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/api-keys/{id}", { params: { path: { id } } }));
    return c.redirect(withNotice(PATH, "revoked"), 303);
  });
}

async function showKeys(c: Page, problem: Problem | null) {
  const { cursor } = c.req.query();
  const caller = c.get("caller");
  const list = await dataOf(
    c.get("api").GET("/v1/api-keys", { params: { query: given({ cursor: cursor || undefined }) } }),
  );
  return show(
    c,
    { title: "API keys", place: "/settings" },
    <>
      <SettingsHead caller={caller} at={PATH} />
      {list.data.length === 0 ? (
        <Empty title="There is no key yet.">
          <p class="muted">Programs come with a key of their own, with no more scopes than they need.</p>
        </Empty>
      ) : (
        <ol class="rows keys-list">
          {list.data.map((key) => (
            <Key key={key.id} apiKey={key} team={teamName(caller, key.teamId, "all")} />
          ))}
        </ol>
      )}
      <Pages url={c.req.url} nextCursor={list.nextCursor} />
      <h2>Make a key</h2>
      <RejectionClass problem={problem} />
      <NewKey caller={caller} />
    </>,
    problem ? 400 : 200,
  );
}

const Key: FC<{ apiKey: Schemas["ApiKey"]; team: string }> = ({ apiKey, team }) => {
  const isExpired = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) <= Date.now();
  return (
    <li data-row>
      <div class="what">
        <p class="title" dir="auto">
          {apiKey.name}
        </p>
        <p class="meta">
          <span dir="auto">{team}</span>
          <span>{apiKey.scopes.join(", ")}</span>
          <span>
            used <Time at={apiKey.lastUsedAt} />
          </span>
          {apiKey.expiresAt === null || isExpired ? null : (
            <span>
              ends <Time at={apiKey.expiresAt} />
            </span>
          )}
          {isExpired ? <span class="badge off">Ended</span> : null}
          {apiKey.revokedAt === null ? null : <span class="badge off">Revoked</span>}
        </p>
      </div>
      {apiKey.revokedAt === null ? (
        <Deliberate
          name="Revoke"
          explanation="Programs that use it are refused from now on."
          action={`${PATH}/${apiKey.id}/revoke`}
          button="Revoke"
        />
      ) : null}
    </li>
  );
};

const NewKey: FC<{ caller: Caller }> = ({ caller }) => (
  <form method="post" action={PATH} class="form">
    <input type="hidden" name="key" value={crypto.randomUUID()} />
    <Field name="Name">
      <input name="name" required maxlength={200} autocomplete="off" />
    </Field>
    <Field name="For">
      <Select name="teamId" options={teamOptions(caller, "admin", "Everything")} />
    </Field>
    <Choices name="scope" legend="It may" options={SCOPES} chosen={["alerts:read"]} />
    <Field name="Good for, days" hint="Empty: until it is revoked">
      <input type="number" name="days" min={1} max={3650} />
    </Field>
    <button>Make</button>
  </form>
);
