/** `/subscriptions/:id`: a subscription with its health. actions.tsx has its forms. */
import type { FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { DEFAULT_OVERLAP_MINUTES } from "../../../lib/rotation.ts";
import { attempt, dataOf, newestNames, withNamesOf } from "../../api.ts";
import { type Caller, type Console, hasScope, hasScopeSomewhere, type Page } from "../../context.ts";
import { readForm } from "../../parts/form.ts";
import { Count, Fact, Facts, PageHead, ProblemMessage } from "../../parts/components.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { teamName } from "../../parts/teams.ts";
import { Duration, Time } from "../../parts/time.tsx";
import { Actions, type Entered } from "./actions.tsx";
import { describeFilter, presetTitle, readSettings, toRequest } from "./form.tsx";
import { ALL_TEAMS, StateBadges, showSecret } from "./list.tsx";

type Detail = Schemas["SubscriptionDetail"];

const PATH = "/subscriptions";

export function registerSubscription(pages: Console): void {
  pages.get(`${PATH}/:id`, (c) => showSubscription(c, NOTHING));

  pages.post(`${PATH}/:id`, async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const settings = readSettings(form);
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/subscriptions/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: toRequest(settings),
      }),
    );
    if (problem) return showSubscription(c, { ...NOTHING, settings, failed: { action: "save", problem } });
    return c.redirect(withFlash(`${PATH}/${id}`, "saved"), 303);
  });

  pages.post(`${PATH}/:id/enabled`, async (c) => {
    const { id } = c.req.param();
    const isEnabled = (await readForm(c)).text("isEnabled") === "yes";
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/subscriptions/{id}", { params: { path: { id } }, body: { isEnabled } }),
    );
    if (problem) return showSubscription(c, { ...NOTHING, failed: { action: "enable", problem } });
    return c.redirect(withFlash(`${PATH}/${id}`, "saved"), 303);
  });

  pages.post(`${PATH}/:id/test`, async (c) => {
    const { id } = c.req.param();
    const { data: test, problem } = await attempt(
      c.get("api").POST("/v1/subscriptions/{id}/test", { params: { path: { id } } }),
    );
    if (problem) return showSubscription(c, { ...NOTHING, failed: { action: "test", problem } });
    return showSubscription(c, { ...NOTHING, test });
  });

  pages.post(`${PATH}/:id/rotate`, async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const overlapMinutes = form.text("overlapMinutes");
    const { data: rotated, problem } = await attempt(
      c.get("api").POST("/v1/subscriptions/{id}/rotate-secret", {
        params: { path: { id }, header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { overlapMinutes: Number(overlapMinutes || DEFAULT_OVERLAP_MINUTES) },
      }),
    );
    if (problem) return showSubscription(c, { ...NOTHING, overlapMinutes, failed: { action: "rotate", problem } });
    return showSecret(c, "New secret", rotated);
  });

  pages.post(`${PATH}/:id/delete`, async (c) => {
    const { id } = c.req.param();
    const { problem } = await attempt(c.get("api").DELETE("/v1/subscriptions/{id}", { params: { path: { id } } }));
    if (problem) return showSubscription(c, { ...NOTHING, failed: { action: "delete", problem } });
    return c.redirect(withFlash(PATH, "deleted"), 303);
  });
}

/** What a form of the page led to. The page shows it in place. */
interface Submitted extends Entered {
  test: Schemas["SubscriptionTest"] | null;
}

const NOTHING: Submitted = { settings: null, overlapMinutes: null, failed: null, test: null };

/** For callers who see no form. */
const NO_NAMES = { names: new Map<string, string>(), isComplete: true };

async function showSubscription(c: Page, { test, ...entered }: Submitted) {
  const id = c.req.param("id") ?? "";
  const caller = c.get("caller");
  const [detail, newest] = await Promise.all([
    dataOf(c.get("api").GET("/v1/subscriptions/{id}", { params: { path: { id } } })),
    hasScopeSomewhere(caller, "subscriptions:write") ? newestNames(c) : NO_NAMES,
  ]);
  const { integrationId } = (entered.settings ?? detail).filter;
  const integrations = await withNamesOf(c, newest, integrationId === undefined ? [] : [integrationId]);
  const mayChange = hasScope(caller, "subscriptions:write", detail.teamId);
  const problem = entered.failed?.problem ?? null;
  return renderPage(
    c,
    { title: detail.name, section: "/subscriptions" },
    <>
      {test === null ? null : <TestResult test={test} />}
      <div
        id="health"
        data-live="/v1/timeline/stream"
        data-live-on="subscriptions"
        data-from={`${PATH}/${id}`}
        data-regions="health"
      >
        <PageHead title={detail.name} up={{ path: PATH, name: "Subscriptions" }}>
          <span class="marks">
            <StateBadges subscription={detail} state={detail.state} />
          </span>
          <span class="actions">
            <a class="button quiet" href={`${PATH}/${id}/attempts`}>
              Attempts
            </a>
            {detail.state.deadLetters === 0 ? null : (
              <a class="button quiet" href={`${PATH}/${id}/dead-letters`}>
                Dead letters
              </a>
            )}
          </span>
        </PageHead>
        <Health detail={detail} caller={caller} />
      </div>
      {mayChange ? (
        <Actions detail={detail} entered={entered} integrations={integrations} />
      ) : (
        <ProblemMessage problem={problem} hasFocus />
      )}
    </>,
    (problem?.status ?? 200) as ContentfulStatusCode,
  );
}

const TestResult: FC<{ test: Schemas["SubscriptionTest"] }> = ({
  test: { isDelivered, statusCode, error, messageId },
}) => (
  <p class={isDelivered ? "flash" : "error"} role="status">
    Test message <code>{messageId}</code> {isDelivered ? `delivered: ${statusCode ?? "skipped"}` : `failed: ${error}`}.
  </p>
);

const Health: FC<{ detail: Detail; caller: Caller }> = ({
  detail: { teamId, url, filter, preset, endedAt, previousSecretExpiresAt, state },
  caller,
}) => (
  <Facts>
    <Fact name="Endpoint">
      <code>{url}</code>
    </Fact>
    {endedAt === null ? null : (
      <Fact name="Ended by its endpoint">
        <Time at={endedAt} />, which answered 410 Gone
      </Fact>
    )}
    <Fact name="Team">{teamName(caller, teamId, ALL_TEAMS)}</Fact>
    <Fact name="Filter">{describeFilter(filter)}</Fact>
    {preset === null ? null : <Fact name="Preset">{presetTitle(preset)}</Fact>}
    <Fact name="Last delivered">
      <Time at={state.lastDeliveredAt} />
    </Fact>
    <Fact name="Pending">
      {state.oldestPendingAt === null ? (
        "none"
      ) : (
        <>
          <Count of={{ count: state.pendingMessages, isAtLeast: state.isCircuitOpen }} />, for{" "}
          <Duration since={state.oldestPendingAt} />
        </>
      )}
    </Fact>
    {state.nextAttemptAt === null ? null : (
      <Fact name="Next attempt">
        <Time at={state.nextAttemptAt} />
      </Fact>
    )}
    {state.lastError === null ? null : <Fact name="Last error">{state.lastError}</Fact>}
    {state.lastTestError === null ? null : <Fact name="Last test error">{state.lastTestError}</Fact>}
    {previousSecretExpiresAt === null ? null : (
      <Fact name="Previous secret">
        expires <Time at={previousSecretExpiresAt} />
      </Fact>
    )}
  </Facts>
);
