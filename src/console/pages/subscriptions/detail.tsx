/** `/subscriptions/:id`: a subscription with its health, actions and settings. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, integrationNames, type Problem } from "../../api.ts";
import { type Caller, type Console, hasScope, hasScopeSomewhere, type Page } from "../../context.ts";
import { readForm } from "../../parts/form.ts";
import { Count, ConfirmAction, Fact, Facts, PageHead, ProblemMessage } from "../../parts/components.tsx";
import { Field, withoutFields } from "../../parts/fields.tsx";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { teamName } from "../../parts/teams.ts";
import { Duration, Time } from "../../parts/time.tsx";
import {
  describeFilter,
  presetTitle,
  readSettings,
  type Settings,
  SETTINGS_POINTERS,
  SettingsFields,
  settingsOf,
  toRequest,
} from "./form.tsx";
import { ALL_TEAMS, StateBadges, showSecret, TestForm } from "./list.tsx";

type Detail = Schemas["SubscriptionDetail"];

const PATH = "/subscriptions";

export function registerSubscription(pages: Console): void {
  pages.get(`${PATH}/:id`, (c) => showSubscription(c, null, null));

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
    if (problem) return showSubscription(c, settings, problem);
    return c.redirect(withFlash(`${PATH}/${id}`, "saved"), 303);
  });

  pages.post(`${PATH}/:id/enabled`, async (c) => {
    const { id } = c.req.param();
    const isEnabled = (await readForm(c)).text("isEnabled") === "yes";
    await dataOf(c.get("api").PATCH("/v1/subscriptions/{id}", { params: { path: { id } }, body: { isEnabled } }));
    return c.redirect(withFlash(`${PATH}/${id}`, "saved"), 303);
  });

  pages.post(`${PATH}/:id/test`, async (c) => {
    const { id } = c.req.param();
    const test = await dataOf(c.get("api").POST("/v1/subscriptions/{id}/test", { params: { path: { id } } }));
    return showSubscription(c, null, null, test);
  });

  pages.post(`${PATH}/:id/rotate`, async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    return showSecret(
      c,
      "New secret",
      await dataOf(
        c.get("api").POST("/v1/subscriptions/{id}/rotate-secret", {
          params: { path: { id }, header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
          body: { overlapMinutes: Number(form.text("overlapMinutes") || 60) },
        }),
      ),
    );
  });

  pages.post(`${PATH}/:id/delete`, async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/subscriptions/{id}", { params: { path: { id } } }));
    return c.redirect(withFlash(PATH, "deleted"), 303);
  });
}

async function showSubscription(
  c: Page,
  entered: Settings | null,
  problem: Problem | null,
  test: Schemas["SubscriptionTest"] | null = null,
) {
  const id = c.req.param("id") ?? "";
  const caller = c.get("caller");
  const [detail, integrations] = await Promise.all([
    dataOf(c.get("api").GET("/v1/subscriptions/{id}", { params: { path: { id } } })),
    hasScopeSomewhere(caller, "subscriptions:write") ? integrationNames(c) : new Map<string, string>(),
  ]);
  const mayChange = hasScope(caller, "subscriptions:write", detail.teamId);
  return renderPage(
    c,
    { title: detail.name, section: "/subscriptions" },
    <>
      {test === null ? null : <TestResult test={test} />}
      <div id="health" data-poll data-poll-from={`${PATH}/${id}`} data-regions="health">
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
      <ProblemMessage problem={withoutFields(problem, SETTINGS_POINTERS)} />
      {mayChange ? (
        <Actions
          detail={detail}
          settings={entered ?? settingsOf(detail)}
          integrations={integrations}
          problem={problem}
        />
      ) : null}
    </>,
    problem ? 400 : 200,
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
    {previousSecretExpiresAt === null ? null : (
      <Fact name="Previous secret">
        expires <Time at={previousSecretExpiresAt} />
      </Fact>
    )}
  </Facts>
);

const Actions: FC<{
  detail: Detail;
  settings: Settings;
  integrations: ReadonlyMap<string, string>;
  problem: Problem | null;
}> = ({ detail: { id, version, isEnabled }, settings, integrations, problem }) => (
  <>
    <section class="tools">
      <h2>Actions</h2>
      <TestForm id={id} />
      <a class="button quiet" href={`${PATH}/${id}/transformation`}>
        Edit transformation
      </a>
      <form method="post" action={`${PATH}/${id}/enabled`}>
        <button class="quiet" name="isEnabled" value={isEnabled ? "no" : "yes"}>
          {isEnabled ? "Disable" : "Enable"}
        </button>
      </form>
      <ConfirmAction
        name="Rotate secret"
        isDanger={false}
        explanation="During the overlap, messages carry a signature for each secret, so that you can change the endpoint without failures."
        action={`${PATH}/${id}/rotate`}
        button="Rotate"
      >
        <input type="hidden" name="key" value={crypto.randomUUID()} />
        <Field name="Overlap, minutes">
          <input type="number" name="overlapMinutes" value={1440} min={0} max={43_200} required />
        </Field>
      </ConfirmAction>
      <ConfirmAction
        name="Delete subscription"
        explanation="Pending messages and dead letters are deleted too."
        action={`${PATH}/${id}/delete`}
        button="Delete"
      />
    </section>
    <section>
      <h2>Settings</h2>
      <form method="post" action={`${PATH}/${id}`} class="form with-filter">
        <input type="hidden" name="etag" value={`"${version}"`} />
        <SettingsFields settings={settings} integrations={integrations} problem={problem} />
        <button>Save</button>
      </form>
    </section>
  </>
);
