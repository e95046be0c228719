/** `/subscriptions`: all subscriptions with their state. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { formatNumber } from "../../../lib/text.ts";
import { dataOf, defined, type Problem } from "../../api.ts";
import { type Console, hasScopeSomewhere, type Page } from "../../context.ts";
import { Empty, PageHead, Pagination, ProblemMessage } from "../../parts/components.tsx";
import { plural } from "../../parts/format.ts";
import { Secret } from "../../parts/secret.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { teamName } from "../../parts/teams.ts";
import { Duration } from "../../parts/time.tsx";
import { describeFilter, presetTitle } from "./form.tsx";

const PATH = "/subscriptions";

const PAGE_SIZE = 25;

/** The team of a subscription without a team: it covers all alerts. */
export const ALL_TEAMS = "All teams";

export function registerSubscriptionList(pages: Console): void {
  pages.get(PATH, async (c) => {
    const caller = c.get("caller");
    const { cursor } = c.req.query();
    const query = { include: "state", limit: PAGE_SIZE, ...defined({ cursor: cursor || undefined }) } as const;
    const list = await dataOf(c.get("api").GET("/v1/subscriptions", { params: { query } }));
    const mayCreate = hasScopeSomewhere(caller, "subscriptions:write");
    return renderPage(
      c,
      { title: "Subscriptions", section: PATH },
      <>
        <PageHead title="Subscriptions">
          {mayCreate ? (
            <a class="button" href={`${PATH}/new`}>
              New subscription
            </a>
          ) : null}
        </PageHead>
        {list.data.length === 0 ? (
          <Empty title="No subscriptions yet.">
            <p class="muted">A subscription sends alerts to Slack, PagerDuty or a program of yours.</p>
          </Empty>
        ) : (
          <div id="list" data-live="/v1/timeline/stream" data-live-on="subscriptions" data-regions="list">
            <ol class="rows">
              {list.data.map((subscription) => (
                <Row subscription={subscription} team={teamName(caller, subscription.teamId, ALL_TEAMS)} />
              ))}
            </ol>
            <Pagination url={c.req.url} nextCursor={list.nextCursor} />
          </div>
        )}
      </>,
    );
  });
}

/** Shows the secret of a new subscription, or the new secret after a rotation. */
export const showSecret = (c: Page, title: string, subscription: Schemas["RotatedSubscription"]) => {
  const { id, name, preset } = subscription;
  return renderPage(
    c,
    { title, section: "/subscriptions" },
    <>
      <PageHead title={title} up={{ path: `${PATH}/${id}`, name }} />
      <Secret {...subscription} />
      <p class="muted">
        {preset === null
          ? "The endpoint checks the signature of each message with it."
          : `It signs each message. ${presetTitle(preset)} does not check signatures: you can ignore it.`}
      </p>
      <section>
        <h2>Test</h2>
        <TestForm id={id} />
      </section>
    </>,
  );
};

export const TestForm: FC<{ id: string; problem?: Problem | null }> = ({ id, problem = null }) => (
  <form method="post" action={`${PATH}/${id}/test`}>
    <button class="quiet">Send test message</button>
    <ProblemMessage problem={problem} hasFocus />
  </form>
);

const Row: FC<{ subscription: Schemas["ListedSubscription"]; team: string }> = ({ subscription, team }) => (
  <li id={`subscription-${subscription.id}`} data-row>
    <div class="what">
      <a class="title" href={`${PATH}/${subscription.id}`} dir="auto">
        {subscription.name}
      </a>
      <p class="meta">
        <span>{presetTitle(subscription.preset ?? "")}</span>
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
  state: { isCircuitOpen, pendingMessages, oldestPendingAt, deadLetters, lastTestError },
}) => (
  <>
    {isEnabled ? null : <span class="badge off">{endedAt === null ? "Disabled" : "Ended by its endpoint"}</span>}
    {isCircuitOpen ? (
      <span class="badge bad">
        <span>
          {oldestPendingAt === null ? (
            "Failing"
          ) : (
            <>
              Failing for <Duration since={oldestPendingAt} />
            </>
          )}
        </span>
      </span>
    ) : null}
    {pendingMessages > 0 ? (
      <span class="badge warn">
        {formatNumber(pendingMessages)}
        {isCircuitOpen ? "+" : ""} pending
      </span>
    ) : null}
    {deadLetters > 0 ? <span class="badge bad">{plural(deadLetters, "dead letter")}</span> : null}
    {lastTestError === null ? null : <span class="badge warn">Last test failed</span>}
    {isEnabled && !isCircuitOpen && pendingMessages + deadLetters === 0 && lastTestError === null ? (
      <span class="badge good">Healthy</span>
    ) : null}
  </>
);
