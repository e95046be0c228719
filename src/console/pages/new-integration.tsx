/** `/integrations/new`: the provider catalog, the form of a new integration, and its setup. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { LOCATIONS } from "../../lib/locations.ts";
import { attempt, defined, type Problem } from "../api.ts";
import { type Caller, type Console, hasScopeSomewhere, type Page } from "../context.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Copyable, Empty, Fact, NotAllowed, PageHead } from "../parts/components.tsx";
import { errorAt, Field, FormProblem, Select } from "../parts/fields.tsx";
import {
  CATEGORIES,
  CATEGORY_LABELS,
  type Provider,
  loadProviders,
  searchProviders,
  searchTextOf,
} from "../parts/providers.ts";
import { renderPage } from "../parts/layout.tsx";
import { EmailRulesFields, readEmailRules } from "./email-rules-form.tsx";
import { FIELDS, OptionalFields, MainFields, NEW_SETTINGS, readSettings, type Settings } from "./integration-form.tsx";
import { FIRST_MAPPING } from "./provider-switch.tsx";
import { FirstDeliveries } from "./first-deliveries.tsx";
import { sampleCommand } from "./sample-command.ts";
import {
  DEFAULT_VERIFICATION,
  type EnteredVerification,
  readVerification,
  toVerification,
  VerificationFields,
} from "./verification-form.tsx";
import { readForm } from "../parts/form.ts";

/** The catalog lists the most used providers first. */
const COMMON = ["alertmanager", "grafana", "datadog", "cloudwatch", "sentry", "uptime-kuma", "generic", "custom"];

const UP = { path: "/integrations", name: "Integrations" };

export function registerNewIntegration(pages: Console): void {
  pages.get("/integrations/new", async (c) => {
    const { provider: providerId, q = "" } = c.req.query();
    const providers = await loadProviders(c);
    const provider = providers.find(({ id }) => id === providerId);
    if (!hasScopeSomewhere(c.get("caller"), "integrations:write")) {
      const content = <NotAllowed title="Connect a source" up={UP} text="You cannot connect sources." />;
      return renderPage(c, { title: "Connect a source", section: "/integrations" }, content, 403);
    }
    if (provider) return showForm(c, { provider, ...newEntries(provider) }, null);
    return renderPage(
      c,
      { title: "Connect a source", section: "/integrations" },
      <Catalog providers={providers} search={q} />,
    );
  });

  pages.post("/integrations/new", async (c) => {
    const form = await readForm(c);
    const provider = (await loadProviders(c)).find(({ id }) => id === form.text("provider"));
    if (!provider) return c.redirect("/integrations/new", 303);
    const settings = readSettings(form);
    const verification = readVerification(form);
    const emailRules = readEmailRules(form);
    const secret = form.text("secret");
    const location = form.text("location");
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/integrations", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: {
          ...withoutEmptyHeader(settings),
          provider: provider.id,
          teamId: settings.teamId,
          ...defined({ verification: toVerification(verification) }),
          ...(emailRules.length > 0 && { emailRules }),
          ...(secret !== "" && { secret }),
          ...(location !== "" && { location: location as Schemas["Location"] }),
          ...(provider.id === "custom" && { mapping: FIRST_MAPPING }),
        },
      }),
    );
    if (problem) return showForm(c, { provider, settings, verification, emailRules, location }, problem);
    return renderPage(
      c,
      { title: `Set up ${data.name}`, section: "/integrations" },
      <Setup integration={data} provider={provider} curl={await sampleCommand(data, provider)} />,
    );
  });
}

/** Leaves out the idempotency header when it is empty, so that the default of the provider applies. */
const withoutEmptyHeader = ({ idempotencyHeader, ...settings }: Settings) => ({
  ...settings,
  ...(idempotencyHeader !== null && { idempotencyHeader }),
});

const Catalog: FC<{ providers: readonly Provider[]; search: string }> = ({ providers, search }) => {
  const found = searchProviders(providers, search);
  const common = search === "" ? COMMON.flatMap((id) => found.filter((provider) => provider.id === id)) : [];
  return (
    <>
      <PageHead title="Connect a source" up={UP} />
      <form method="get" class="filters" role="search">
        <input
          type="search"
          name="q"
          value={search}
          placeholder="Product or purpose: kubernetes, error tracking"
          aria-label="Search the catalog"
          data-search="catalog"
          data-key="/"
        />
        <button class="quiet without-script">Search</button>
      </form>
      {common.length === 0 ? null : (
        <section data-unless-searching>
          <h2>Most used</h2>
          <ProviderList providers={common} />
        </section>
      )}
      <div id="catalog">
        {CATEGORIES.map((category) => (
          <CategorySection category={category} providers={found.filter((provider) => provider.category === category)} />
        ))}
      </div>
      <section id="none-found" hidden={found.length > 0}>
        <Empty title="No provider of this name.">
          <p class="muted">Tocsin reads any JSON.</p>
          <p class="buttons">
            <a class="button" href="?provider=generic">
              Generic JSON: Tocsin finds the fields
            </a>
            <a class="button quiet" href="?provider=custom">
              Custom mapping: you choose the fields
            </a>
          </p>
        </Empty>
      </section>
    </>
  );
};

const CategorySection: FC<{ category: Provider["category"]; providers: readonly Provider[] }> = ({
  category,
  providers,
}) =>
  providers.length === 0 ? null : (
    <section data-group>
      <h2>{CATEGORY_LABELS[category]}</h2>
      <ProviderList providers={providers} />
    </section>
  );

const ProviderList: FC<{ providers: readonly Provider[] }> = ({ providers }) => (
  <ul class="sources">
    {providers.map((provider) => (
      <li data-text={searchTextOf(provider)}>
        <a href={`/integrations/new?provider=${provider.id}`}>{provider.name}</a>
      </li>
    ))}
  </ul>
);

/** The values of the form. A secret is entered again. */
interface Entered {
  provider: Provider;
  settings: Settings;
  verification: EnteredVerification;
  emailRules: Schemas["EmailRule"][];
  /** Empty: the default of the deployment. */
  location: string;
}

const newEntries = ({ name }: Provider) => ({
  settings: { ...NEW_SETTINGS, name },
  verification: DEFAULT_VERIFICATION,
  emailRules: [],
  location: "",
});

function showForm(c: Page, entered: Entered, problem: Problem | null) {
  const title = `Connect ${entered.provider.name}`;
  return renderPage(
    c,
    { title, section: "/integrations" },
    <NewForm title={title} entered={entered} problem={problem} caller={c.get("caller")} />,
    problem ? 400 : 200,
  );
}

const NewForm: FC<{ title: string; entered: Entered; problem: Problem | null; caller: Caller }> = ({
  title,
  entered: { provider, settings, verification, emailRules, location },
  problem,
  caller,
}) => (
  <>
    <PageHead title={title} up={{ path: "/integrations/new", name: "All providers" }} />
    <FormProblem problem={problem} fields={[...FIELDS, "/secret", "/location"]} />
    <form method="post" action="/integrations/new" class="form">
      <input type="hidden" name="provider" value={provider.id} />
      {/* The idempotency key: a form that is sent twice creates one integration. */}
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <MainFields settings={settings} caller={caller} problem={problem} />
      <VerificationFields entered={verification} usual={provider.verification} problem={problem} />
      {provider.id === "email" ? <EmailRulesFields rules={emailRules} problem={problem} /> : null}
      <details open={problem !== null}>
        <summary>More settings</summary>
        <Field
          name="Secret"
          hint="Only if the source generates the secret. Empty: Tocsin generates one"
          error={errorAt(problem, "/secret")}
        >
          <input type="password" name="secret" autocomplete="off" />
        </Field>
        <Field
          name="Location"
          hint="Where the integration's Durable Objects are created. It cannot be changed"
          error={errorAt(problem, "/location")}
        >
          <Select
            name="location"
            value={location}
            options={[
              ["", "Default of the deployment"],
              ...Object.entries(LOCATIONS).map(([hint, text]) => [hint, `${text} (${hint})`] as const),
            ]}
          />
        </Field>
        <OptionalFields settings={settings} problem={problem} />
      </details>
      <button>Connect</button>
      <p class="hint below-button">The next page has the URL, the secret and the steps for {provider.name}.</p>
    </form>
  </>
);

const Setup: FC<{ integration: Schemas["CreatedIntegration"]; provider: Provider; curl: string | null }> = ({
  integration: { id, name, ingestUrl, secret, setup },
  provider,
  curl,
}) => (
  <>
    <PageHead title={`Set up ${name}`} up={{ path: `/integrations/${id}`, name }} />
    <dl class="facts one-column">
      <Fact name="URL">
        <Copyable text={ingestUrl} name="URL" />
      </Fact>
      <Fact name="Secret">
        <Copyable text={secret ?? ""} name="secret" />
        <span class="hint">Shown only once. Store it now, or rotate it later.</span>
      </Fact>
    </dl>
    <section class="steps">
      <h2>Setup in {provider.name}</h2>
      <Markdown text={setup} values={[ingestUrl, ...(secret === null ? [] : [secret])]} />
    </section>
    <section>
      <h2>Test</h2>
      {curl === null ? (
        <p class="muted">Only Amazon can sign for this verification. Publish a message in the SNS console.</p>
      ) : (
        <form method="post" action={`/integrations/${id}/test`} data-submit-in-background>
          <button>Send test delivery</button>
          <span class="hint below-button">Sends the signed sample of the provider to the URL and opens an alert.</span>
        </form>
      )}
      {curl === null ? null : (
        <details>
          <summary>Send it with curl</summary>
          <Copyable text={curl} name="command" isBlock />
        </details>
      )}
      {provider.id === "custom" ? (
        <p>
          After the first delivery, edit the <a href={`/integrations/${id}/mapping`}>mapping</a> and try it on that
          delivery.
        </p>
      ) : null}
    </section>
    <h2>First deliveries</h2>
    <FirstDeliveries integration={{ id, name }} deliveries={[]} />
  </>
);
