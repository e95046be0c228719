/** `/integrations/new`: from the catalogue to the first delivery. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { utf8 } from "../../lib/bytes.ts";
import { newId } from "../../lib/ids.ts";
import { signRequest } from "../../verification/sign.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { attempt, type Problem } from "../api.ts";
import { type Caller, type Console, maySomewhere, type Page } from "../console.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Copyable, Empty, Fact, Facts, Field, Head, RejectionClass, Select } from "../parts/pieces.tsx";
import { type Provider, providersOf, searched } from "../parts/providers.ts";
import { show } from "../parts/shell.tsx";
import { FurtherFields, MainFields, NEW, readSettings, type Settings } from "./integration-form.tsx";
import { FirstDeliveries } from "./first-deliveries.tsx";
import { readForm } from "../parts/form.ts";

/** Those that most people look for come first. */
const COMMON = ["alertmanager", "grafana", "datadog", "cloudwatch", "sentry", "uptime-kuma", "generic", "custom"];

export function registerNewIntegration(pages: Console): void {
  pages.get("/integrations/new", async (c) => {
    const { provider: wanted, q = "" } = c.req.query();
    const providers = await providersOf(c);
    const provider = providers.find(({ id }) => id === wanted);
    if (provider) return showForm(c, provider, { ...NEW, name: provider.name }, null);
    if (!maySomewhere(c.get("caller"), "integrations:write")) {
      const content = (
        <Empty title="You may not connect sources.">
          <p class="muted">An admin of your team can.</p>
        </Empty>
      );
      return show(c, { title: "Connect a source", place: "/integrations" }, content, 403);
    }
    return show(
      c,
      { title: "Connect a source", place: "/integrations" },
      <Catalogue providers={providers} search={q} />,
    );
  });

  pages.post("/integrations/new", async (c) => {
    const form = await readForm(c);
    const provider = (await providersOf(c)).find(({ id }) => id === form.text("provider"));
    if (!provider) return c.redirect("/integrations/new", 303);
    const settings = readSettings(form);
    const scheme = form.text("scheme");
    const secret = form.text("secret");
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/integrations", {
        params: { header: { "Idempotency-Key": form.text("key") || crypto.randomUUID() } },
        body: {
          ...withoutEmpty(settings),
          provider: provider.id,
          teamId: settings.teamId,
          ...(scheme !== "" && { verification: { scheme } as NonNullable<Schemas["NewIntegration"]["verification"]> }),
          ...(secret !== "" && { secret }),
          ...(provider.id === "custom" && { mapping: { title: "title" } }),
        },
      }),
    );
    if (problem) return showForm(c, provider, settings, problem);
    return show(
      c,
      { title: `${data.name} is connected`, place: "/integrations" },
      <Connected integration={data} provider={provider} curl={await curlOf(c, data, provider)} />,
    );
  });
}

/** Settings without those that are left to their defaults. */
const withoutEmpty = ({ idempotencyHeader, ...settings }: Settings) => ({
  ...settings,
  ...(idempotencyHeader !== null && { idempotencyHeader }),
});

const Catalogue: FC<{ providers: readonly Provider[]; search: string }> = ({ providers, search }) => {
  const found = searched(providers, search);
  const common = search === "" ? COMMON.flatMap((id) => found.filter((provider) => provider.id === id)) : [];
  return (
    <>
      <Head title="Connect a source" up={{ path: "/integrations", name: "Integrations" }} />
      <form method="get" class="filters" role="search">
        <input
          type="search"
          name="q"
          value={search}
          placeholder="Search the catalogue"
          aria-label="Search the catalogue"
          data-search="catalogue"
          data-key="/"
        />
        <button>Search</button>
      </form>
      {common.length === 0 ? null : (
        <section data-unless-searching>
          <h2>Often connected</h2>
          <Sources providers={common} />
        </section>
      )}
      <section id="catalogue">
        <h2>All {providers.length}</h2>
        {found.length === 0 ? (
          <Empty title="No source has that name.">
            <p class="muted">
              Anything that sends JSON can be connected as <a href="?provider=generic">generic</a>, or as{" "}
              <a href="?provider=custom">custom</a> with a mapping of your own.
            </p>
          </Empty>
        ) : (
          <Sources providers={found} />
        )}
      </section>
    </>
  );
};

const Sources: FC<{ providers: readonly Provider[] }> = ({ providers }) => (
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
  return show(
    c,
    { title, place: "/integrations" },
    <NewForm title={title} provider={provider} settings={settings} problem={problem} caller={c.get("caller")} />,
    problem ? 400 : 200,
  );
}

/** Where the operator says how requests are proven, since the source does not. */
const OWN_PROOF = new Set(["generic", "custom"]);

const NewForm: FC<{
  title: string;
  provider: Provider;
  settings: Settings;
  problem: Problem | null;
  caller: Caller;
}> = ({ title, provider, settings, problem, caller }) => (
  <>
    <Head title={title} up={{ path: "/integrations/new", name: "All sources" }} />
    <RejectionClass problem={problem} />
    <form method="post" action="/integrations/new" class="form">
      <input type="hidden" name="provider" value={provider.id} />
      {/* Sent twice, it connects once. */}
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <MainFields settings={settings} caller={caller} />
      {OWN_PROOF.has(provider.id) ? (
        <Field name="How it proves itself" hint="A signature proves the body too; a token only the sender">
          <Select
            name="scheme"
            options={[
              ["", "As this provider does usually"],
              ["token", "A secret token"],
              ["hmac", "A signature of the body (HMAC)"],
              ["standard-webhooks", "Standard Webhooks"],
            ]}
          />
        </Field>
      ) : null}
      <details>
        <summary>More settings</summary>
        <Field name="Secret" hint="Only if the source makes its own: else one is made here">
          <input type="password" name="secret" autocomplete="off" />
        </Field>
        <FurtherFields settings={settings} />
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
    <Head title={`${name} is connected`} up={{ path: `/integrations/${id}`, name: "Its page" }} />
    <Facts>
      <Fact name="URL">
        <Copyable text={ingestUrl} name="URL" />
      </Fact>
      <Fact name="Secret">
        <Copyable text={secret} name="secret" />
        <span class="hint">Shown this once: keep it, or rotate it later.</span>
      </Fact>
    </Facts>
    <section class="steps">
      <h2>In {provider.name}</h2>
      <Markdown text={setup.replaceAll("<SECRET>", secret)} />
    </section>
    <section>
      <h2>Or try it first</h2>
      <form method="post" action={`/integrations/${id}/test`} data-quietly>
        <button>Send a signed test</button>
        <span class="hint">The provider's sample, through the real route: it opens an alert.</span>
      </form>
      {curl === null ? null : (
        <details>
          <summary>The same as a command</summary>
          <Copyable text={curl} name="the command" isBlock />
        </details>
      )}
      {provider.id === "custom" ? (
        <p>
          Then say <a href={`/integrations/${id}/mapping`}>how it is read</a>, with what arrived before your eyes.
        </p>
      ) : null}
    </section>
    <FirstDeliveries integrationId={id} deliveries={[]} />
  </>
);

/** A signed request of the provider's sample as a command; null: its proof cannot be made here. */
async function curlOf(
  c: Page,
  integration: Schemas["CreatedIntegration"],
  { sample }: Provider,
): Promise<string | null> {
  const signed = await signRequest(
    {
      url: new URL(integration.ingestUrl + sample.path, c.req.url),
      headers: new Headers({ "content-type": "application/json", ...sample.headers }),
      body: utf8(sample.body),
    },
    integration.verification as VerificationSettings,
    integration.secret,
    newId(),
    Date.now(),
  );
  if (!signed) return null;
  const headers = [...signed.headers].map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`);
  return [
    `curl -sS ${quoted(signed.url.href)}`,
    ...headers,
    `  --data-binary ${quoted(new TextDecoder().decode(signed.body))}`,
  ].join(" \\\n");
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
