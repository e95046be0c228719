/** `/settings/api-keys`: the API keys of programs. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { DAY, toIso } from "../../../lib/time.ts";
import { attempt, dataOf, defined, newestNames, type Problem, withNamesOf } from "../../api.ts";
import { type Caller, type Console, type Page } from "../../context.ts";
import { Copyable, ConfirmAction, Empty, Fact, Facts, PageHead, Pagination } from "../../parts/components.tsx";
import { CheckboxGroup, errorAt, Field, FormProblem, Select } from "../../parts/fields.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { teamName, teamOptions } from "../../parts/teams.ts";
import { Time } from "../../parts/time.tsx";
import { SettingsHead } from "./tabs.tsx";
import { type Form, invalidField, readForm } from "../../parts/form.ts";

const PATH = "/settings/api-keys";

type Scope = Schemas["NewApiKey"]["scopes"][number];

const SCOPES: readonly (readonly [Scope, string])[] = [
  ["alerts:read", "View alerts"],
  ["alerts:write", "Change alerts"],
  ["deliveries:read", "View deliveries"],
  ["deliveries:replay", "Replay deliveries"],
  ["integrations:read", "View integrations"],
  ["integrations:write", "Change integrations"],
  ["subscriptions:read", "View subscriptions"],
  ["subscriptions:write", "Change subscriptions"],
  ["admin", "Everything"],
];

export function registerApiKeys(pages: Console): void {
  pages.get(PATH, (c) => showKeys(c, NEW_KEY, null));

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const entered = readEntered(form);
    const { name, teamId, integrationId, scopes, days } = entered;
    if (days !== "" && !/^[1-9]\d{0,3}$/.test(days)) {
      return showKeys(c, entered, invalidField("/expiresAt", "Enter a number of days from 1 to 3650, or nothing."));
    }
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/api-keys", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: {
          name,
          ...(integrationId ? { integrationId } : { teamId: teamId || null }),
          scopes: scopes as Scope[],
          expiresAt: days === "" ? null : toIso(Date.now() + Number(days) * DAY),
        },
      }),
    );
    return problem ? showKeys(c, entered, problem) : showNewKey(c, data);
  });

  pages.post(`${PATH}/:id/rotate`, async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/api-keys/{id}/rotate", {
        params: { path: { id }, header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { overlapMinutes: Number(form.text("overlapMinutes")) },
      }),
    );
    return problem ? showKeys(c, NEW_KEY, problem) : showNewKey(c, data);
  });

  pages.post(`${PATH}/:id/name`, async (c) => {
    const { id } = c.req.param();
    const name = (await readForm(c)).text("name");
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/api-keys/{id}", { params: { path: { id } }, body: { name } }),
    );
    return problem ? showKeys(c, NEW_KEY, problem) : c.redirect(withFlash(PATH, "saved"), 303);
  });

  pages.post(`${PATH}/:id/revoke`, async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/api-keys/{id}", { params: { path: { id } } }));
    return c.redirect(withFlash(PATH, "revoked"), 303);
  });
}

/** The values of the form. */
interface Entered {
  name: string;
  teamId: string;
  integrationId: string;
  scopes: readonly string[];
  /** Empty: the key does not expire. */
  days: string;
}

const NEW_KEY: Entered = { name: "", teamId: "", integrationId: "", scopes: ["alerts:read"], days: "" };

const readEntered = ({ text, all }: Form): Entered => ({
  name: text("name"),
  teamId: text("teamId"),
  integrationId: text("integrationId"),
  scopes: all("scope"),
  days: text("days"),
});

const FIELDS = ["/name", "/teamId", "/integrationId", "/scopes", "/expiresAt"];

const showNewKey = (c: Page, { name, key }: Pick<Schemas["CreatedApiKey"], "name" | "key">) =>
  renderPage(
    c,
    { title: "New API key", section: "/settings" },
    <>
      <PageHead title={name} up={{ path: PATH, name: "API keys" }} />
      <Facts>
        <Fact name="Key">
          <Copyable text={key} name="key" />
          <span class="hint">Shown only once. Send it in the header Authorization: Bearer.</span>
        </Fact>
      </Facts>
    </>,
  );

/** @param problem of the form of a new key, or of a change in the list */
async function showKeys(c: Page, entered: Entered, problem: Problem | null) {
  const { cursor } = c.req.query();
  const caller = c.get("caller");
  const [list, newest] = await Promise.all([
    dataOf(c.get("api").GET("/v1/api-keys", { params: { query: defined({ cursor: cursor || undefined }) } })),
    newestNames(c),
  ]);
  const names = await withNamesOf(
    c,
    newest,
    list.data.flatMap(({ integrationId }) => integrationId ?? []),
  );
  return renderPage(
    c,
    { title: "API keys", section: "/settings" },
    <>
      <SettingsHead caller={caller} at={PATH} />
      <FormProblem problem={problem} fields={FIELDS} />
      {list.data.length === 0 ? (
        <Empty title="No API keys yet.">
          <p class="muted">Create one key per program, with only the scopes that it needs.</p>
        </Empty>
      ) : (
        <ol class="rows api-keys">
          {list.data.map((key) => (
            <Key apiKey={key} team={teamName(caller, key.teamId, "All teams")} names={names} />
          ))}
        </ol>
      )}
      <Pagination url={c.req.url} nextCursor={list.nextCursor} />
      <h2>New API key</h2>
      <NewKey entered={entered} problem={problem} caller={caller} names={names} />
    </>,
    problem ? 400 : 200,
  );
}

const isPast = (time: string | null): boolean => time !== null && Date.parse(time) <= Date.now();

const Key: FC<{ apiKey: Schemas["ApiKey"]; team: string; names: ReadonlyMap<string, string> }> = ({
  apiKey,
  team,
  names,
}) => {
  const isExpired = isPast(apiKey.expiresAt);
  const { integrationId, previousKeyExpiresAt } = apiKey;
  return (
    <li data-row>
      <div class="what">
        <p class="title" dir="auto">
          {apiKey.name}
        </p>
        <p class="meta">
          <span dir="auto">{team}</span>
          {integrationId === null ? null : (
            <span dir="auto">only {names.get(integrationId) ?? "a deleted integration"}</span>
          )}
          <span>{apiKey.scopes.join(", ")}</span>
          <span>
            last used <Time at={apiKey.lastUsedAt} />
          </span>
          {apiKey.expiresAt === null || isExpired ? null : (
            <span>
              expires <Time at={apiKey.expiresAt} />
            </span>
          )}
          {previousKeyExpiresAt === null || isPast(previousKeyExpiresAt) ? null : (
            <span>
              old key expires <Time at={previousKeyExpiresAt} />
            </span>
          )}
          {isExpired ? <span class="badge off">Expired</span> : null}
          {apiKey.revokedAt === null ? null : <span class="badge off">Revoked</span>}
        </p>
      </div>
      {apiKey.revokedAt === null ? (
        <span class="actions">
          {isExpired ? null : <Changes apiKey={apiKey} />}
          <ConfirmAction
            name="Revoke"
            explanation="Requests with this key fail from now on."
            action={`${PATH}/${apiKey.id}/revoke`}
            button="Revoke"
          />
        </span>
      ) : null}
    </li>
  );
};

const OVERLAPS: readonly (readonly [minutes: string, name: string])[] = [
  ["1440", "The old key works for another day"],
  ["60", "The old key works for another hour"],
  ["0", "The old key stops at once"],
];

const Changes: FC<{ apiKey: Schemas["ApiKey"] }> = ({ apiKey: { id, name } }) => (
  <>
    <ConfirmAction
      name="Rename"
      isDanger={false}
      explanation="Timelines and the audit log show the name."
      action={`${PATH}/${id}/name`}
      button="Save"
    >
      <input name="name" required maxlength={200} value={name} aria-label="Name" autocomplete="off" />
    </ConfirmAction>
    <ConfirmAction
      name="Rotate"
      isDanger={false}
      explanation="The next page shows the new key."
      action={`${PATH}/${id}/rotate`}
      button="Rotate"
    >
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <Select name="overlapMinutes" label="Old key" options={OVERLAPS} />
    </ConfirmAction>
  </>
);

const NewKey: FC<{
  entered: Entered;
  problem: Problem | null;
  caller: Caller;
  names: ReadonlyMap<string, string>;
}> = ({ entered: { name, teamId, integrationId, scopes, days }, problem, caller, names }) => (
  <form method="post" action={PATH} class="form">
    <input type="hidden" name="key" value={crypto.randomUUID()} />
    <Field name="Name" error={errorAt(problem, "/name")}>
      <input name="name" value={name} required maxlength={200} autocomplete="off" autofocus={problem !== null} />
    </Field>
    <Field name="Team" error={errorAt(problem, "/teamId")}>
      <Select name="teamId" value={teamId} options={teamOptions(caller, "admin", "All teams")} />
    </Field>
    <Field
      name="Integration"
      hint="With an integration, the key sees and changes only that one"
      error={errorAt(problem, "/integrationId")}
    >
      <Select name="integrationId" value={integrationId} options={[["", "All integrations"], ...names]} />
    </Field>
    <CheckboxGroup name="scope" legend="Scopes" options={SCOPES} checked={scopes} error={errorAt(problem, "/scopes")} />
    <Field name="Expires after, days" hint="Empty: never" error={errorAt(problem, "/expiresAt")}>
      <input type="number" name="days" value={days} min={1} max={3650} />
    </Field>
    <button>Create API key</button>
  </form>
);
