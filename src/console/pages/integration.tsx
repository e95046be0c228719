/** `/integrations/:id`: an integration with its health, settings, actions and setup text. */
import type { FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { LOCATIONS } from "../../lib/locations.ts";
import { DEFAULT_OVERLAP_MINUTES } from "../../lib/rotation.ts";
import { attempt, dataOf, defined, type Problem } from "../api.ts";
import { type Caller, type Console, hasScope, type Page } from "../context.ts";
import { DecisionChart } from "../parts/chart.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { ConfirmAction, Copyable, Count, Fact, Facts, PageHead, ProblemMessage } from "../parts/components.tsx";
import { errorAt, Field, FormProblem } from "../parts/fields.tsx";
import { formatBytes, plural } from "../parts/format.ts";
import { RotateSecret } from "../parts/rotate-secret.tsx";
import { Secret } from "../parts/secret.tsx";
import { renderPage } from "../parts/layout.tsx";
import { withFlash } from "../parts/flash.tsx";
import { Time } from "../parts/time.tsx";
import { alertsUrl } from "../triage/list-url.ts";
import { deliveriesUrl } from "./delivery-filter.ts";
import { EmailRulesFields, readEmailRules } from "./email-rules-form.tsx";
import { FIELDS, OptionalFields, MainFields, readSettings, type Settings } from "./integration-form.tsx";
import { Heartbeats } from "./heartbeats.tsx";
import { type Detail, ProblemBadges } from "./integrations.tsx";
import { readForm } from "../parts/form.ts";
import { loadProviders, type Provider } from "../parts/providers.ts";
import { ProviderSuggestion } from "../parts/provider-suggestion.tsx";
import { ProviderField, switchTo } from "./provider-switch.tsx";
import {
  type EnteredVerification,
  enteredOf,
  readVerification,
  schemeName,
  toVerification,
  VerificationFields,
} from "./verification-form.tsx";

export function registerIntegration(pages: Console): void {
  pages.get("/integrations/:id", (c) => showIntegration(c, null, null));

  pages.post("/integrations/:id", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const provider = form.text("provider");
    const hasRules = form.all("emailRules").length > 0;
    const entered = {
      settings: readSettings(form),
      verification: readVerification(form),
      emailRules: readEmailRules(form),
      provider,
    };
    const { problem } = await attempt(
      c.get("api").PATCH("/v1/integrations/{id}", {
        params: { path: { id }, header: { "if-match": form.text("etag") || "*" } },
        body: {
          ...entered.settings,
          ...switchTo(provider, form.text("presentProvider")),
          isEnabled: form.text("isEnabled") === "yes",
          ...defined({ verification: toVerification(entered.verification) }),
          ...(hasRules && { emailRules: entered.emailRules }),
        },
      }),
    );
    if (problem) return showIntegration(c, entered, { action: "save", problem });
    return c.redirect(withFlash(`/integrations/${id}`, "saved"), 303);
  });

  pages.post("/integrations/:id/test", async (c) => {
    const { id } = c.req.param();
    const { problem } = await attempt(c.get("api").POST("/v1/integrations/{id}/test", { params: { path: { id } } }));
    if (problem) return showIntegration(c, null, { action: "test", problem });
    return c.redirect(withFlash(`/integrations/${id}/first-deliveries`, "test-sent"), 303);
  });

  pages.post("/integrations/:id/rotate", async (c) => {
    const { id } = c.req.param();
    const form = await readForm(c);
    const rotation = {
      overlapMinutes: form.text("overlapMinutes") || String(DEFAULT_OVERLAP_MINUTES),
      endOverlap: form.text("endOverlap") === "yes",
    };
    const secret = form.text("secret");
    const { data: rotated, problem } = await attempt(
      c.get("api").POST("/v1/integrations/{id}/rotate-secret", {
        params: { path: { id }, header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: { ...rotation, overlapMinutes: Number(rotation.overlapMinutes), ...(secret ? { secret } : {}) },
      }),
    );
    if (problem) return showIntegration(c, null, { action: "rotate", problem, rotation });
    return renderPage(
      c,
      { title: "New secret", section: "/integrations" },
      <>
        <PageHead title="New secret" up={{ path: `/integrations/${id}`, name: rotated.name }} />
        <Secret {...rotated} />
        <section class="steps">
          <h2>Setup</h2>
          <Markdown text={rotated.setup} values={[rotated.ingestUrl, rotated.secret]} />
        </section>
      </>,
    );
  });

  pages.post("/integrations/:id/delete", async (c) => {
    const { id } = c.req.param();
    const { problem } = await attempt(c.get("api").DELETE("/v1/integrations/{id}", { params: { path: { id } } }));
    if (problem) return showIntegration(c, null, { action: "delete", problem });
    return c.redirect(withFlash("/integrations", "deleted"), 303);
  });
}

/** The values of the form. */
interface Entered {
  settings: Settings;
  verification: EnteredVerification;
  provider: string;
  emailRules: Schemas["EmailRule"][];
}

/** The action that failed. Its form shows the problem. */
interface Failed {
  action: "save" | "test" | "rotate" | "delete";
  problem: Problem;
  /** What was entered for a rotation, without the secret. */
  rotation?: { overlapMinutes: string; endOverlap: boolean };
}

async function showIntegration(c: Page, entered: Entered | null, failed: Failed | null) {
  const id = c.req.param("id") ?? "";
  const api = c.get("api");
  const [detail, stats, providers] = await Promise.all([
    dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
    dataOf(api.GET("/v1/stats", { params: { query: { integrationId: id, interval: "hour" } } })),
    loadProviders(c),
  ]);
  const caller = c.get("caller");
  const chosen = providers.find((provider) => provider.id === c.req.query("provider"))?.id ?? detail.provider;
  return renderPage(
    c,
    { title: detail.name, section: "/integrations" },
    <IntegrationPage
      detail={detail}
      stats={stats}
      caller={caller}
      providers={providers}
      entered={entered ?? enteredOfDetail(detail, chosen)}
      failed={failed}
      mayChange={hasScope(caller, "integrations:write", detail.teamId)}
    />,
    (failed?.problem.status ?? 200) as ContentfulStatusCode,
  );
}

const enteredOfDetail = (detail: Detail, provider: string): Entered => ({
  settings: detail,
  verification: enteredOf(detail.verification),
  emailRules: detail.emailRules,
  provider,
});

const IntegrationPage: FC<{
  detail: Detail;
  stats: Schemas["Stats"];
  caller: Caller;
  providers: readonly Provider[];
  entered: Entered;
  failed: Failed | null;
  mayChange: boolean;
}> = ({ detail, stats, caller, providers, entered, failed, mayChange }) => (
  <>
    <div
      id="health"
      data-live={`/v1/timeline/stream?integrationId=${detail.id}`}
      data-live-on="entries deliveries"
      data-from={`/integrations/${detail.id}`}
      data-regions="health"
    >
      <PageHead title={detail.name} up={{ path: "/integrations", name: "Integrations" }}>
        <span class="marks">
          {detail.isEnabled ? null : <span class="badge off">Disabled</span>}
          <ProblemBadges
            integration={{
              outbox: detail.outbox,
              health: { ...detail.health, isHeartbeatMissed: detail.health.missedHeartbeat.isHeartbeatMissed },
            }}
          />
        </span>
        <Links detail={detail} />
      </PageHead>
      <ProviderSuggestion suggestion={detail.suggestedProvider} integrationId={detail.id} mayChange={mayChange} />
      <Health detail={detail} provider={providers.find(({ id }) => id === detail.provider)?.name ?? detail.provider} />
      <Heartbeats detail={detail} />
      <h2>
        Deliveries <span class="muted">last 24 hours</span>
      </h2>
      <DecisionChart stats={stats} list={deliveriesUrl({ integrationId: detail.id })} />
    </div>
    {mayChange ? (
      <Actions detail={detail} entered={entered} caller={caller} failed={failed} providers={providers} />
    ) : (
      <ProblemMessage problem={failed?.problem ?? null} hasFocus />
    )}
    <section class="steps" id="setup">
      <h2>Setup</h2>
      <Facts>
        <Fact name="URL">
          <Copyable text={detail.ingestUrl} name="URL" />
        </Fact>
      </Facts>
      <Markdown text={detail.setup} values={[detail.ingestUrl]} />
    </section>
  </>
);

const Links: FC<{ detail: Detail }> = ({ detail: { id, mapping, outbox } }) => (
  <span class="actions">
    <a class="button quiet" href={alertsUrl({ integration: id }, "all")}>
      Alerts
    </a>
    <a class="button quiet" href={deliveriesUrl({ integrationId: id })}>
      Deliveries
    </a>
    {mapping === null ? null : (
      <a class="button quiet" href={`/integrations/${id}/mapping`}>
        Mapping
      </a>
    )}
    {outbox.quarantined === 0 ? null : (
      <a class="button quiet" href={`/integrations/${id}/quarantine`}>
        {plural(outbox.quarantined, "quarantined row")}
      </a>
    )}
  </span>
);

const Health: FC<{ detail: Detail; provider: string }> = ({
  provider,
  detail: { health, outbox, location, verification, previousSecretExpiresAt },
}) => (
  <Facts>
    <Fact name="Provider">{provider}</Fact>
    <Fact name="Verification">{schemeName(verification.scheme)}</Fact>
    {location === null ? null : <Fact name="Location">{`${LOCATIONS[location]} (${location})`}</Fact>}
    <Fact name="Last delivery">
      <Time at={health.lastDeliveryAt} />
    </Fact>
    <Fact name="Failed verification in 24 hours">
      <Count of={health.last24Hours.verificationFailures} />
    </Fact>
    <Fact name="Outbox">
      {outbox.rows === 0 ? (
        "empty"
      ) : (
        <>
          {plural(outbox.rows, "row")}, {formatBytes(outbox.bytes)}, since <Time at={outbox.oldestAt} />
        </>
      )}
      {outbox.lastError === null ? "" : `: ${outbox.lastError}`}
    </Fact>
    {previousSecretExpiresAt === null ? null : (
      <Fact name="Previous secret">
        expires <Time at={previousSecretExpiresAt} />
      </Fact>
    )}
  </Facts>
);

const Actions: FC<{
  detail: Detail;
  entered: Entered;
  caller: Caller;
  failed: Failed | null;
  providers: readonly Provider[];
}> = ({ detail, entered: { settings, verification, emailRules, provider }, caller, failed, providers }) => {
  const problemOf = (action: Failed["action"]) => (failed?.action === action ? failed.problem : null);
  const problem = problemOf("save");
  const rotating = problemOf("rotate");
  return (
    <>
      <section class="tools" id="actions">
        <h2>Actions</h2>
        {detail.verification.scheme === "sns" ? null : (
          <form method="post" action={`/integrations/${detail.id}/test`}>
            <button class="quiet">Send test delivery</button>
            <ProblemMessage problem={problemOf("test")} hasFocus />
          </form>
        )}
        <RotateSecret
          explanation="The new secret works immediately. The previous secret keeps working for the overlap, so that you can change the source without rejected deliveries."
          action={`/integrations/${detail.id}/rotate`}
          overlapMinutes={failed?.rotation?.overlapMinutes ?? null}
          problem={rotating}
          fields={["/secret"]}
        >
          {detail.previousSecretExpiresAt !== null && Date.parse(detail.previousSecretExpiresAt) > Date.now() && (
            <label>
              <input type="checkbox" name="endOverlap" value="yes" checked={failed?.rotation?.endOverlap ?? false} />{" "}
              End the overlap of the earlier rotation now
            </label>
          )}
          <Field
            name="New secret"
            hint="Only if the source generates the secret. Empty: Tocsin generates one"
            error={errorAt(rotating, "/secret")}
          >
            <input type="password" name="secret" autocomplete="off" />
          </Field>
        </RotateSecret>
        <ConfirmAction
          name="Delete integration"
          explanation="Its URL stops working. Its alerts and deliveries stay."
          action={`/integrations/${detail.id}/delete`}
          button="Delete"
          problem={problemOf("delete")}
        />
      </section>
      <section id="settings">
        <h2>Settings</h2>
        <form method="post" action={`/integrations/${detail.id}`} class="form wide">
          <input type="hidden" name="etag" value={`"${detail.version}"`} />
          <ProviderField
            chosen={provider}
            present={detail.provider}
            hasMapping={detail.mapping !== null}
            providers={providers}
          />
          <MainFields settings={settings} caller={caller} problem={problem} />
          <label class="check">
            <input type="checkbox" name="isEnabled" value="yes" checked={detail.isEnabled} /> Enabled
          </label>
          <OptionalFields settings={settings} problem={problem} />
          <VerificationFields entered={verification} problem={problem} />
          {detail.provider === "email" ? <EmailRulesFields rules={emailRules} problem={problem} /> : null}
          <FormProblem problem={problem} fields={FIELDS} />
          <button>Save</button>
        </form>
      </section>
    </>
  );
};
