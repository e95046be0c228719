/** `/integrations/:id`: one source, its health, its settings, and what can be done about it. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, type Problem } from "../api.ts";
import { type Caller, type Console, may, type Page } from "../console.ts";
import { OutcomeChart } from "../parts/chart.tsx";
import { Markdown } from "../parts/markdown.tsx";
import {
  Copyable,
  Count,
  Deliberate,
  Fact,
  Facts,
  Field,
  Head,
  number,
  RejectionClass,
  size,
} from "../parts/pieces.tsx";
import { Secret } from "../parts/secret.tsx";
import { show, withNotice } from "../parts/shell.tsx";
import { Time } from "../parts/time.tsx";
import { FurtherFields, MainFields, readSettings, type Settings } from "./integration-form.tsx";
import { type Detail, Troubles } from "./integrations.tsx";
import { readForm } from "../parts/form.ts";

export function registerIntegration(pages: Console): void {
  pages.get("/integrations/:id", (c) => showIntegration(c, null, null));

  pages.post("/integrations/:id", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const settings = readSettings(form);
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/integrations/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: { ...settings, isEnabled: form.text("isEnabled") === "yes" },
      }),
    );
    if (problem) return showIntegration(c, settings, problem);
    return c.redirect(withNotice(`/integrations/${id}`, "saved"), 303);
  });

  pages.post("/integrations/:id/test", async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").POST("/v1/integrations/{id}/test", { params: { path: { id } } }));
    return c.redirect(withNotice(`/integrations/${id}/first`, "tested"), 303);
  });

  pages.post("/integrations/:id/rotate", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const overlapMinutes = Number(form.text("overlapMinutes") || 60);
    const secret = form.text("secret");
    const rotated = await dataOf(
      c.get("api").POST("/v1/integrations/{id}/rotate-secret", {
        params: { path: { id }, header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { overlapMinutes, ...(secret ? { secret } : {}) },
      }),
    );
    return show(
      c,
      { title: "The new secret", place: "/integrations" },
      <>
        <Head title="The new secret" up={{ path: `/integrations/${id}`, name: rotated.name }} />
        <Secret {...rotated} />
      </>,
    );
  });

  pages.post("/integrations/:id/delete", async (c) => {
    const { id } = c.req.param();
    await dataOf(c.get("api").DELETE("/v1/integrations/{id}", { params: { path: { id } } }));
    return c.redirect(withNotice("/integrations", "deleted"), 303);
  });
}

async function showIntegration(c: Page, entered: Settings | null, problem: Problem | null) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const [detail, stats] = await Promise.all([
    dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
    dataOf(api.GET("/v1/stats", { params: { query: { integrationId: id, interval: "hour" } } })),
  ]);
  const caller = c.get("caller");
  return show(
    c,
    { title: detail.name, place: "/integrations" },
    <IntegrationPage
      detail={detail}
      stats={stats}
      caller={caller}
      settings={entered ?? detail}
      problem={problem}
      mayChange={may(caller, "integrations:write", detail.teamId)}
    />,
    problem ? 400 : 200,
  );
}

const IntegrationPage: FC<{
  detail: Detail;
  stats: Schemas["Stats"];
  caller: Caller;
  settings: Settings;
  problem: Problem | null;
  mayChange: boolean;
}> = ({ detail, stats, caller, settings, problem, mayChange }) => (
  <>
    <div id="health" data-poll="15000" data-regions="health">
      <Head title={detail.name} up={{ path: "/integrations", name: "Integrations" }}>
        <span class="marks">
          {detail.isEnabled ? null : <span class="badge off">Disabled</span>}
          <Troubles detail={detail} />
        </span>
      </Head>
      <Health detail={detail} />
      <h2>The last 24 hours</h2>
      <OutcomeChart stats={stats} />
    </div>
    <p class="links">
      <a href={`/deliveries?integrationId=${detail.id}`}>Deliveries</a>
      <a href={`/alerts?view=all&integrationId=${detail.id}`}>Alerts</a>
      {detail.mapping === null ? null : <a href={`/integrations/${detail.id}/mapping`}>Mapping</a>}
      {detail.outbox.quarantined === 0 ? null : (
        <a href={`/integrations/${detail.id}/quarantine`}>{number(detail.outbox.quarantined)} rows set aside</a>
      )}
    </p>
    <RejectionClass problem={problem} />
    {mayChange ? <Tools detail={detail} settings={settings} caller={caller} /> : null}
    <section class="steps">
      <h2>Set it up</h2>
      <Facts>
        <Fact name="URL">
          <Copyable text={detail.ingestUrl} name="URL" />
        </Fact>
      </Facts>
      <Markdown text={detail.setup} />
    </section>
  </>
);

const Health: FC<{ detail: Detail }> = ({
  detail: { health, outbox, provider, verification, previousSecretExpiresAt },
}) => (
  <Facts>
    <Fact name="Provider">
      {provider}, proven by {verification.scheme}
    </Fact>
    <Fact name="Last delivery">
      <Time at={health.lastDeliveryAt} />
    </Fact>
    <Fact name="In 24 hours">
      <Count of={health.last24Hours.accepted} /> accepted, <Count of={health.last24Hours.duplicate} /> duplicate,{" "}
      <Count of={health.last24Hours.rejected} /> rejected
    </Fact>
    <Fact name="Not proven">
      <Count of={health.last24Hours.signatureFailures} />
    </Fact>
    {health.missedHeartbeat.isHeartbeatMissed ? (
      <Fact name="Silent">
        since <Time at={health.missedHeartbeat.waitingSince} />
        {health.missedHeartbeat.alertId === null ? (
          ""
        ) : (
          <>
            : <a href={`/alerts/${health.missedHeartbeat.alertId}`}>the alert</a>
          </>
        )}
      </Fact>
    ) : null}
    <Fact name="Waiting for Postgres">
      {outbox.rows === 0 ? (
        "nothing"
      ) : (
        <>
          {number(outbox.rows)} rows, {size(outbox.bytes)}, since <Time at={outbox.oldestAt} />
        </>
      )}
      {outbox.lastError === null ? "" : `: ${outbox.lastError}`}
    </Fact>
    {previousSecretExpiresAt === null ? null : (
      <Fact name="The old secret works">
        until <Time at={previousSecretExpiresAt} />
      </Fact>
    )}
  </Facts>
);

const Tools: FC<{ detail: Detail; settings: Settings; caller: Caller }> = ({ detail, settings, caller }) => (
  <>
    <section>
      <h2>Settings</h2>
      <form method="post" action={`/integrations/${detail.id}`} class="form wide">
        <input type="hidden" name="etag" value={`"${detail.version}"`} />
        <MainFields settings={settings} caller={caller} />
        <label class="check">
          <input type="checkbox" name="isEnabled" value="yes" checked={detail.isEnabled} /> It takes deliveries
        </label>
        <FurtherFields settings={settings} />
        <button>Save</button>
      </form>
    </section>
    <section class="tools">
      <h2>Tools</h2>
      <form method="post" action={`/integrations/${detail.id}/test`}>
        <button class="quiet">Send a signed test</button>
      </form>
      <Deliberate
        name="Rotate the secret"
        explanation="A new secret works at once, and the old one for a while longer, so that the source can be changed without a gap."
        action={`/integrations/${detail.id}/rotate`}
        button="Rotate"
      >
        <input type="hidden" name="key" value={crypto.randomUUID()} />
        <Field name="The old one works for, minutes">
          <input type="number" name="overlapMinutes" value={60} min={0} max={10_080} required />
        </Field>
        <Field name="New secret" hint="Only if the source makes its own: else one is made here">
          <input type="password" name="secret" autocomplete="off" />
        </Field>
      </Deliberate>
      <Deliberate
        name="Delete this integration"
        explanation="Its URL answers no more. Its alerts and deliveries stay."
        action={`/integrations/${detail.id}/delete`}
        button="Delete"
      />
    </section>
  </>
);
