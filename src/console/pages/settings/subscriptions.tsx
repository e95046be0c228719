/** `/settings/subscriptions`: who is told of changes of alerts, and whether it gets through. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, given, integrationNames, type Problem } from "../../api.ts";
import { type Console, maySomewhere, type Page } from "../../console.ts";
import { readForm } from "../../parts/form.ts";
import { Empty, Field, Head, number, Pages, RejectionClass, Select } from "../../parts/pieces.tsx";
import { Secret } from "../../parts/secret.tsx";
import { show } from "../../parts/shell.tsx";
import { teamName, teamOptions } from "../../parts/teams.ts";
import { Time } from "../../parts/time.tsx";
import { filterWords, NEW, readSettings, type Settings, SettingsFields } from "./subscription-form.tsx";
import { SettingsHead } from "./tabs.tsx";

const PATH = "/settings/subscriptions";

/** Each is asked how it is: not more of them at a time. */
const PAGE = 25;

/** Whose alerts those are that belong to no team. */
export const ALL_TEAMS = "All teams";

export function registerSubscriptions(pages: Console): void {
  pages.get(PATH, (c) => showSubscriptions(c, NEW, "", null));

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const settings = readSettings(form);
    const { name, url, filter } = settings;
    const teamId = form.text("teamId");
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/subscriptions", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { name, url, filter, teamId: teamId || null },
      }),
    );
    if (problem) return showSubscriptions(c, settings, teamId, problem);
    return showSecret(c, data);
  });
}

/** The secret of a new subscription, or its new secret: this once. */
export const showSecret = (c: Page, subscription: Schemas["CreatedSubscription"]) => {
  const { id, name } = subscription;
  return show(
    c,
    { title: "The secret", place: "/settings" },
    <>
      <Head title="The secret" up={{ path: `${PATH}/${id}`, name }} />
      <Secret {...subscription} />
      <section>
        <TestForm id={id} />
      </section>
    </>,
  );
};

export const TestForm: FC<{ id: string }> = ({ id }) => (
  <form method="post" action={`${PATH}/${id}/test`}>
    <button class="quiet">Send a test message</button>
  </form>
);

async function showSubscriptions(c: Page, settings: Settings, teamId: string, problem: Problem | null) {
  const api = c.get("api");
  const caller = c.get("caller");
  const { cursor } = c.req.query();
  const list = await dataOf(
    api.GET("/v1/subscriptions", { params: { query: { limit: PAGE, ...given({ cursor: cursor || undefined }) } } }),
  );
  const mayCreate = maySomewhere(caller, "subscriptions:write");
  const [details, integrations] = await Promise.all([
    Promise.all(list.data.map(({ id }) => attempt(api.GET("/v1/subscriptions/{id}", { params: { path: { id } } })))),
    mayCreate ? integrationNames(c) : new Map<string, string>(),
  ]);
  return show(
    c,
    { title: "Subscriptions", place: "/settings" },
    <>
      <SettingsHead caller={caller} at={PATH} />
      {list.data.length === 0 ? (
        <Empty title="Nobody is told yet." />
      ) : (
        <div id="list" data-poll="15000" data-regions="list">
          <ol class="rows">
            {list.data.map((subscription, place) => (
              <Row
                subscription={subscription}
                detail={details[place]?.data ?? null}
                team={teamName(caller, subscription.teamId, ALL_TEAMS)}
              />
            ))}
          </ol>
          <Pages url={c.req.url} nextCursor={list.nextCursor} />
        </div>
      )}
      {mayCreate ? (
        <>
          <h2>Subscribe</h2>
          <RejectionClass problem={problem} />
          <form method="post" action={PATH} class="form">
            {/* Sent twice, it subscribes once. */}
            <input type="hidden" name="key" value={crypto.randomUUID()} />
            <Field name="Team">
              <Select name="teamId" value={teamId} options={teamOptions(caller, "subscriptions:write", ALL_TEAMS)} />
            </Field>
            <SettingsFields settings={settings} integrations={integrations} />
            <button>Subscribe</button>
          </form>
        </>
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

const Row: FC<{
  subscription: Schemas["Subscription"];
  detail: Schemas["SubscriptionDetail"] | null;
  team: string;
}> = ({ subscription, detail, team }) => (
  <li id={`subscription-${subscription.id}`} data-row>
    <div class="what">
      <a class="title" href={`${PATH}/${subscription.id}`} dir="auto">
        {subscription.name}
      </a>
      <p class="meta">
        <span dir="auto">{team}</span>
        <span dir="auto">{filterWords(subscription.filter)}</span>
        <span>{subscription.url}</span>
      </p>
    </div>
    <span class="marks">{detail ? <Marks detail={detail} /> : <span class="badge bad">Does not answer</span>}</span>
  </li>
);

/** How it is. */
export const Marks: FC<{ detail: Schemas["SubscriptionDetail"] }> = ({
  detail: {
    isEnabled,
    state: { isCircuitOpen, pendingMessages, oldestPendingAt, deadLetters },
  },
}) => (
  <>
    {isEnabled ? null : <span class="badge off">Paused</span>}
    {isCircuitOpen ? (
      <span class="badge bad">
        <span>
          Down since <Time at={oldestPendingAt} />
        </span>
      </span>
    ) : null}
    {pendingMessages > 0 ? (
      <span class="badge warn">
        {number(pendingMessages)}
        {isCircuitOpen ? "+" : ""} waiting
      </span>
    ) : null}
    {deadLetters > 0 ? <span class="badge bad">Dead letters: {number(deadLetters)}</span> : null}
    {isEnabled && !isCircuitOpen && pendingMessages + deadLetters === 0 ? <span class="badge good">Well</span> : null}
  </>
);
