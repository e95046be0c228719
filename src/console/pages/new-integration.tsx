/** `/integrations/new`: the provider catalog, the form of a new integration, and its setup. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { utf8 } from "../../lib/bytes.ts";
import { newId } from "../../lib/ids.ts";
import { LOCATIONS } from "../../lib/locations.ts";
import { sampleAt } from "../../providers/sample.ts";
import { signRequest } from "../../verification/sign.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { attempt, type Problem } from "../api.ts";
import { type Caller, type Console, hasScopeSomewhere, type Page } from "../context.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Copyable, Empty, Fact, Facts, PageHead, ProblemMessage } from "../parts/components.tsx";
import { Field, Select } from "../parts/fields.tsx";
import { type Provider, loadProviders, searchProviders } from "../parts/providers.ts";
import { renderPage } from "../parts/layout.tsx";
import { OptionalFields, MainFields, NEW_SETTINGS, readSettings, type Settings } from "./integration-form.tsx";
import { FirstDeliveries } from "./first-deliveries.tsx";
import { readForm } from "../parts/form.ts";

/** The catalog lists the most used providers first. */
const COMMON = ["alertmanager", "grafana", "datadog", "cloudwatch", "sentry", "uptime-kuma", "generic", "custom"];

export function registerNewIntegration(pages: Console): void {
  pages.get("/integrations/new", async (c) => {
    const { provider: providerId, q = "" } = c.req.query();
    const providers = await loadProviders(c);
    const provider = providers.find(({ id }) => id === providerId);
    if (provider) return showForm(c, provider, { ...NEW_SETTINGS, name: provider.name }, null);
    if (!hasScopeSomewhere(c.get("caller"), "integrations:write")) {
      const content = (
        <Empty title="You cannot connect sources.">
          <p class="muted">Ask an admin of your team.</p>
        </Empty>
      );
      return renderPage(c, { title: "Connect a source", section: "/integrations" }, content, 403);
    }
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
    const scheme = form.text("scheme");
    const secret = form.text("secret");
    const location = form.text("location");
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/integrations", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: {
          ...withoutEmptyHeader(settings),
          provider: provider.id,
          teamId: settings.teamId,
          ...(scheme !== "" && { verification: { scheme } as NonNullable<Schemas["NewIntegration"]["verification"]> }),
          ...(secret !== "" && { secret }),
          ...(location !== "" && { location: location as Schemas["Location"] }),
          ...(provider.id === "custom" && { mapping: { title: "title" } }),
        },
      }),
    );
    if (problem) return showForm(c, provider, settings, problem);
    return renderPage(
      c,
      { title: `${data.name} is connected`, section: "/integrations" },
      <Connected integration={data} provider={provider} curl={await curlOf(c, data, provider)} />,
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
      <PageHead title="Connect a source" up={{ path: "/integrations", name: "Integrations" }} />
      <form method="get" class="filters" role="search">
        <input
          type="search"
          name="q"
          value={search}
          placeholder="Search the catalog"
          aria-label="Search the catalog"
          data-search="catalog"
          data-key="/"
        />
        <button>Search</button>
      </form>
      {common.length === 0 ? null : (
        <section data-unless-searching>
          <h2>Most used</h2>
          <ProviderList providers={common} />
        </section>
      )}
      <section id="catalog">
        <h2>All {providers.length} providers</h2>
        {found.length === 0 ? (
          <Empty title="No matching provider.">
            <p class="muted">
              Connect any source that sends JSON as <a href="?provider=generic">generic</a>, or as{" "}
              <a href="?provider=custom">custom</a> with your own mapping.
            </p>
          </Empty>
        ) : (
          <ProviderList providers={found} />
        )}
      </section>
    </>
  );
};

const ProviderList: FC<{ providers: readonly Provider[] }> = ({ providers }) => (
  <ul class="sources">
    {providers.map(({ id, name }) => (
      <li data-text={`${name} ${id}`.toLowerCase()}>
        <a href={`/integrations/new?provider=${id}`}>
          <strong>{name}</strong> <code>{id}</code>
        </a>
      </li>
    ))}
  </ul>
);

function showForm(c: Page, provider: Provider, settings: Settings, problem: Problem | null) {
  const title = `Connect ${provider.name}`;
  return renderPage(
    c,
    { title, section: "/integrations" },
    <NewForm title={title} provider={provider} settings={settings} problem={problem} caller={c.get("caller")} />,
    problem ? 400 : 200,
  );
}

/** Providers without a specific verification scheme: the operator selects one. */
const SELECTS_SCHEME = new Set(["generic", "custom"]);

const NewForm: FC<{
  title: string;
  provider: Provider;
  settings: Settings;
  problem: Problem | null;
  caller: Caller;
}> = ({ title, provider, settings, problem, caller }) => (
  <>
    <PageHead title={title} up={{ path: "/integrations/new", name: "All providers" }} />
    <ProblemMessage problem={problem} />
    <form method="post" action="/integrations/new" class="form">
      <input type="hidden" name="provider" value={provider.id} />
      {/* The idempotency key: a form that is sent twice creates one integration. */}
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <MainFields settings={settings} caller={caller} />
      {SELECTS_SCHEME.has(provider.id) ? (
        <Field name="Verification" hint="A signature covers the body. A token identifies only the sender">
          <Select
            name="scheme"
            options={[
              ["", "Default of the provider"],
              ["token", "Token"],
              ["hmac", "HMAC signature"],
              ["standard-webhooks", "Standard Webhooks"],
            ]}
          />
        </Field>
      ) : null}
      <details>
        <summary>More settings</summary>
        <Field name="Secret" hint="Only if the source generates the secret. Empty: Tocsin generates one">
          <input type="password" name="secret" autocomplete="off" />
        </Field>
        <Field name="Location" hint="Where the integration's Durable Objects are created. It cannot be changed">
          <Select
            name="location"
            options={[
              ["", "Default of the deployment"],
              ...Object.entries(LOCATIONS).map(([hint, text]) => [hint, `${text} (${hint})`] as const),
            ]}
          />
        </Field>
        <OptionalFields settings={settings} />
      </details>
      <button>Connect</button>
    </form>
  </>
);

const Connected: FC<{ integration: Schemas["CreatedIntegration"]; provider: Provider; curl: string | null }> = ({
  integration: { id, name, ingestUrl, secret, setup },
  provider,
  curl,
}) => (
  <>
    <PageHead title={`${name} is connected`} up={{ path: `/integrations/${id}`, name: "Integration" }} />
    <Facts>
      <Fact name="URL">
        <Copyable text={ingestUrl} name="URL" />
      </Fact>
      <Fact name="Secret">
        <Copyable text={secret ?? ""} name="secret" />
        <span class="hint">Shown only once. Store it now, or rotate it later.</span>
      </Fact>
    </Facts>
    <section class="steps">
      <h2>Setup in {provider.name}</h2>
      <Markdown text={setup} />
    </section>
    <section>
      <h2>Test</h2>
      <form method="post" action={`/integrations/${id}/test`} data-submit-in-background>
        <button>Send test delivery</button>
        <span class="hint">Sends the signed sample of the provider to the URL and opens an alert.</span>
      </form>
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
    <FirstDeliveries integrationId={id} deliveries={[]} />
  </>
);

/** A curl command that sends the signed sample; null when Tocsin cannot sign for the scheme. */
async function curlOf(c: Page, integration: Schemas["CreatedIntegration"], provider: Provider): Promise<string | null> {
  const now = Date.now();
  const sample = sampleAt(provider.sample, now);
  const signed = await signRequest(
    {
      url: new URL(integration.ingestUrl + provider.sample.path, c.req.url),
      headers: new Headers({ "content-type": "application/json", ...sample.headers }),
      body: utf8(String(sample.body)),
    },
    integration.verification as VerificationSettings,
    integration.secret ?? "",
    newId(),
    now,
  );
  if (!signed) return null;
  const headers = [...signed.headers].map(([name, value]) => `  -H ${shellQuote(`${name}: ${value}`)}`);
  return [
    `curl -sS ${shellQuote(signed.url.href)}`,
    ...headers,
    `  --data-binary ${shellQuote(new TextDecoder().decode(signed.body))}`,
  ].join(" \\\n");
}

/** Quotes a word for a POSIX shell. */
const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
