/** `/settings/subscriptions/:id`: one subscriber, how its messages get through, and what can be done about it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { attempt, dataOf, integrationNames, type Problem } from "../../api.ts";
import { type Caller, type Console, may, type Page } from "../../console.ts";
import { readForm } from "../../parts/form.ts";
import { Count, Deliberate, Fact, Facts, Field, Head, number, RejectionClass } from "../../parts/pieces.tsx";
import { show, withNotice } from "../../parts/shell.tsx";
import { teamName } from "../../parts/teams.ts";
import { Time } from "../../parts/time.tsx";
import { filterWords, readSettings, type Settings, SettingsFields, settingsOf } from "./subscription-form.tsx";
import { ALL_TEAMS, Marks, showSecret, TestForm } from "./subscriptions.tsx";

type Detail = Schemas["SubscriptionDetail"];

const PATH = "/settings/subscriptions";

export function registerSubscription(pages: Console): void {
  pages.get(`${PATH}/:id`, (c) => showSubscription(c, null, null));

  pages.post(`${PATH}/:id`, async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const settings = readSettings(form);
    const { name, url, filter } = settings;
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/subscriptions/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: { name, url, filter },
      }),
    );
    if (problem) return showSubscription(c, settings, problem);
    return c.redirect(withNotice(`${PATH}/${id}`, "saved"), 303);
  });

  pages.post(`${PATH}/:id/enabled`, async (c) => {
    const { id } = c.req.param();
    const isEnabled = (await readForm(c)).text("isEnabled") === "yes";
    await dataOf(c.get("api").PATCH("/v1/subscriptions/{id}", { params: { path: { id } }, body: { isEnabled } }));
    return c.redirect(withNotice(`${PATH}/${id}`, "saved"), 303);
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
    return c.redirect(withNotice(PATH, "deleted"), 303);
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
  const detail = await dataOf(c.get("api").GET("/v1/subscriptions/{id}", { params: { path: { id } } }));
  const mayChange = may(caller, "subscriptions:write", detail.teamId);
  const integrations = mayChange ? await integrationNames(c) : new Map<string, string>();
  return show(
    c,
    { title: detail.name, place: "/settings" },
    <>
      {test === null ? null : <Outcome test={test} />}
      <div id="health" data-poll="15000" data-poll-from={`${PATH}/${id}`} data-regions="health">
        <Head title={detail.name} up={{ path: PATH, name: "Subscriptions" }}>
          <span class="marks">
            <Marks detail={detail} />
          </span>
        </Head>
        <Health detail={detail} caller={caller} />
        {detail.state.deadLetters === 0 ? null : (
          <p class="links">
            <a href={`${PATH}/${id}/dead-letters`}>Dead letters: {number(detail.state.deadLetters)}</a>
          </p>
        )}
      </div>
      <RejectionClass problem={problem} />
      {mayChange ? (
        <Tools detail={detail} settings={entered ?? settingsOf(detail)} integrations={integrations} />
      ) : null}
    </>,
    problem ? 400 : 200,
  );
}

/** What became of a test message. */
const Outcome: FC<{ test: Schemas["SubscriptionTest"] }> = ({
  test: { isDelivered, statusCode, error, messageId },
}) => (
  <p class={isDelivered ? "notice" : "refusal"} role="status">
    The test message <code>{messageId}</code> {isDelivered ? `was taken: ${statusCode}` : `failed: ${error}`}.
  </p>
);

const Health: FC<{ detail: Detail; caller: Caller }> = ({
  detail: { teamId, url, filter, previousSecretExpiresAt, state },
  caller,
}) => (
  <Facts>
    <Fact name="Told to">
      <code>{url}</code>
    </Fact>
    <Fact name="Team">{teamName(caller, teamId, ALL_TEAMS)}</Fact>
    <Fact name="Tells of">{filterWords(filter)}</Fact>
    <Fact name="Last delivered">
      <Time at={state.lastDeliveredAt} />
    </Fact>
    <Fact name="Waiting">
      {state.oldestPendingAt === null ? (
        "nothing"
      ) : (
        <>
          <Count of={{ count: state.pendingMessages, isAtLeast: state.isCircuitOpen }} />, since{" "}
          <Time at={state.oldestPendingAt} />
        </>
      )}
    </Fact>
    {state.nextAttemptAt === null ? null : (
      <Fact name="Tried again">
        <Time at={state.nextAttemptAt} />
      </Fact>
    )}
    {state.lastError === null ? null : <Fact name="Last error">{state.lastError}</Fact>}
    {previousSecretExpiresAt === null ? null : (
      <Fact name="The old secret works">
        until <Time at={previousSecretExpiresAt} />
      </Fact>
    )}
  </Facts>
);

const Tools: FC<{ detail: Detail; settings: Settings; integrations: ReadonlyMap<string, string> }> = ({
  detail: { id, version, isEnabled },
  settings,
  integrations,
}) => (
  <>
    <section class="tools">
      <h2>Tools</h2>
      <TestForm id={id} />
      <form method="post" action={`${PATH}/${id}/enabled`}>
        <button class="quiet" name="isEnabled" value={isEnabled ? "no" : "yes"}>
          {isEnabled ? "Pause" : "Resume"}
        </button>
      </form>
      <Deliberate
        name="Rotate the secret"
        explanation="Messages bear a signature by each for a while, so that the subscriber can be changed without a gap."
        action={`${PATH}/${id}/rotate`}
        button="Rotate"
      >
        <input type="hidden" name="key" value={crypto.randomUUID()} />
        <Field name="The old one works for, minutes">
          <input type="number" name="overlapMinutes" value={1440} min={0} max={43_200} required />
        </Field>
      </Deliberate>
      <Deliberate
        name="Delete this subscription"
        explanation="What it was not told yet, and its dead letters, go with it."
        action={`${PATH}/${id}/delete`}
        button="Delete"
      />
    </section>
    <section>
      <h2>Settings</h2>
      <form method="post" action={`${PATH}/${id}`} class="form">
        <input type="hidden" name="etag" value={`"${version}"`} />
        <SettingsFields settings={settings} integrations={integrations} />
        <button>Save</button>
      </form>
    </section>
  </>
);
