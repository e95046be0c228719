/** `/settings/subscriptions`: all subscriptions with their state. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, defined, integrationNames, type Problem } from "../../api.ts";
import { type Console, hasScopeSomewhere, type Page } from "../../context.ts";
import { readForm } from "../../parts/form.ts";
import { Empty, PageHead, Pagination, ProblemMessage } from "../../parts/components.tsx";
import { Field, Select } from "../../parts/fields.tsx";
import { formatNumber } from "../../parts/format.ts";
import { Secret } from "../../parts/secret.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { teamName, teamOptions } from "../../parts/teams.ts";
import { Time } from "../../parts/time.tsx";
import {
  describeFilter,
  NEW_SETTINGS,
  readSettings,
  type Settings,
  SettingsFields,
  toRequest,
} from "./subscription-form.tsx";
import { SettingsHead } from "./tabs.tsx";

const PATH = "/settings/subscriptions";

const PAGE_SIZE = 25;

/** The team of a subscription without a team: it covers all alerts. */
export const ALL_TEAMS = "All teams";

export function registerSubscriptions(pages: Console): void {
  pages.get(PATH, (c) => showSubscriptions(c, NEW_SETTINGS, "", null));

  pages.post(PATH, async (c) => {
    const form = await readForm(c);
    const settings = readSettings(form);
    const teamId = form.text("teamId");
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/subscriptions", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { ...toRequest(settings), teamId: teamId || null },
      }),
    );
    if (problem) return showSubscriptions(c, settings, teamId, problem);
    // The form gives no external name, so the subscription is new.
    return showSecret(c, { ...data, secret: data.secret ?? "" });
  });
}

/** Shows the secret of a new subscription, or the new secret after a rotation. */
export const showSecret = (c: Page, subscription: Schemas["RotatedSubscription"]) => {
  const { id, name } = subscription;
  return renderPage(
    c,
    { title: "Secret", section: "/settings" },
    <>
      <PageHead title="Secret" up={{ path: `${PATH}/${id}`, name }} />
      <Secret {...subscription} />
      <section>
        <TestForm id={id} />
      </section>
    </>,
  );
};

export const TestForm: FC<{ id: string }> = ({ id }) => (
  <form method="post" action={`${PATH}/${id}/test`}>
    <button class="quiet">Send test message</button>
  </form>
);

async function showSubscriptions(c: Page, settings: Settings, teamId: string, problem: Problem | null) {
  const api = c.get("api");
  const caller = c.get("caller");
  const { cursor } = c.req.query();
  const mayCreate = hasScopeSomewhere(caller, "subscriptions:write");
  const [list, integrations] = await Promise.all([
    dataOf(
      api.GET("/v1/subscriptions", {
        params: { query: { include: "state", limit: PAGE_SIZE, ...defined({ cursor: cursor || undefined }) } },
      }),
    ),
    mayCreate ? integrationNames(c) : new Map<string, string>(),
  ]);
  return renderPage(
    c,
    { title: "Subscriptions", section: "/settings" },
    <>
      <SettingsHead caller={caller} at={PATH} />
      {list.data.length === 0 ? (
        <Empty title="No subscriptions yet." />
      ) : (
        <div id="list" data-poll data-regions="list">
          <ol class="rows">
            {list.data.map((subscription) => (
              <Row subscription={subscription} team={teamName(caller, subscription.teamId, ALL_TEAMS)} />
            ))}
          </ol>
          <Pagination url={c.req.url} nextCursor={list.nextCursor} />
        </div>
      )}
      {mayCreate ? (
        <>
          <h2>New subscription</h2>
          <ProblemMessage problem={problem} />
          <form method="post" action={PATH} class="form">
            {/* The idempotency key: a form that is sent twice creates one subscription. */}
            <input type="hidden" name="key" value={crypto.randomUUID()} />
            <Field name="Team">
              <Select name="teamId" value={teamId} options={teamOptions(caller, "subscriptions:write", ALL_TEAMS)} />
            </Field>
            <SettingsFields settings={settings} integrations={integrations} />
            <button>Create subscription</button>
          </form>
        </>
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

const Row: FC<{ subscription: Schemas["ListedSubscription"]; team: string }> = ({ subscription, team }) => (
  <li id={`subscription-${subscription.id}`} data-row>
    <div class="what">
      <a class="title" href={`${PATH}/${subscription.id}`} dir="auto">
        {subscription.name}
      </a>
      <p class="meta">
        <span dir="auto">{team}</span>
        <span dir="auto">{describeFilter(subscription.filter)}</span>
        <span>{subscription.url}</span>
      </p>
    </div>
    <span class="marks">
      {subscription.state ? (
        <StateBadges subscription={subscription} state={subscription.state} />
      ) : (
        <span class="badge bad">Unavailable</span>
      )}
    </span>
  </li>
);

export const StateBadges: FC<{ subscription: Schemas["Subscription"]; state: Schemas["SubscriptionState"] }> = ({
  subscription: { isEnabled, endedAt },
  state: { isCircuitOpen, pendingMessages, oldestPendingAt, deadLetters },
}) => (
  <>
    {isEnabled ? null : <span class="badge off">{endedAt === null ? "Disabled" : "Ended by its endpoint"}</span>}
    {isCircuitOpen ? (
      <span class="badge bad">
        <span>
          Failing since <Time at={oldestPendingAt} />
        </span>
      </span>
    ) : null}
    {pendingMessages > 0 ? (
      <span class="badge warn">
        {formatNumber(pendingMessages)}
        {isCircuitOpen ? "+" : ""} pending
      </span>
    ) : null}
    {deadLetters > 0 ? <span class="badge bad">Dead letters: {formatNumber(deadLetters)}</span> : null}
    {isEnabled && !isCircuitOpen && pendingMessages + deadLetters === 0 ? (
      <span class="badge good">Healthy</span>
    ) : null}
  </>
);
