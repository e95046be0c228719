/** `/subscriptions/new`: the products to send to, and the form of a new subscription. */
import type { FC } from "hono/jsx";
import { attempt, integrationNames, type Problem } from "../../api.ts";
import { type Caller, type Console, hasScopeSomewhere, type Page } from "../../context.ts";
import { NotAllowed, PageHead, ProblemMessage } from "../../parts/components.tsx";
import { Field, Select, withoutFields } from "../../parts/fields.tsx";
import { readForm } from "../../parts/form.ts";
import { renderPage } from "../../parts/layout.tsx";
import { teamOptions } from "../../parts/teams.ts";
import {
  NEW_SETTINGS,
  PRESETS,
  presetTitle,
  readSettings,
  type Settings,
  SETTINGS_POINTERS,
  SettingsFields,
  toRequest,
} from "./form.tsx";
import { ALL_TEAMS, showSecret } from "./list.tsx";

const PATH = "/subscriptions/new";

const UP = { path: "/subscriptions", name: "Subscriptions" };

export function registerNewSubscription(pages: Console): void {
  pages.get(PATH, (c) => {
    const preset = PRESETS.find(({ id }) => id === c.req.query("preset"));
    if (!hasScopeSomewhere(c.get("caller"), "subscriptions:write")) return showForbidden(c);
    if (!preset) return renderPage(c, { title: "New subscription", section: "/subscriptions" }, <Presets />);
    return showForm(c, { ...NEW_SETTINGS, name: preset.title, preset: preset.id }, "", null);
  });

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
    if (problem) return showForm(c, settings, teamId, problem);
    // The form gives no external name, so the subscription is new.
    return showSecret(c, "Subscription created", { ...data, secret: data.secret ?? "" });
  });
}

const showForbidden = (c: Page) =>
  renderPage(
    c,
    { title: "New subscription", section: "/subscriptions" },
    <NotAllowed title="New subscription" up={UP} text="You cannot create subscriptions." />,
    403,
  );

const Presets: FC = () => (
  <>
    <PageHead title="New subscription" up={UP} />
    <ul class="presets">
      {PRESETS.map(({ id, title, text }) => (
        <li>
          <a href={`${PATH}?preset=${id}`}>
            <strong>{title}</strong>
            <span class="muted">{text}</span>
          </a>
        </li>
      ))}
    </ul>
  </>
);

async function showForm(c: Page, settings: Settings, teamId: string, problem: Problem | null) {
  return renderPage(
    c,
    { title: "New subscription", section: "/subscriptions" },
    <NewForm
      settings={settings}
      teamId={teamId}
      problem={problem}
      caller={c.get("caller")}
      integrations={await integrationNames(c)}
    />,
    problem ? 400 : 200,
  );
}

const NewForm: FC<{
  settings: Settings;
  teamId: string;
  problem: Problem | null;
  caller: Caller;
  integrations: ReadonlyMap<string, string>;
}> = ({ settings, teamId, problem, caller, integrations }) => (
  <>
    <PageHead title={`New subscription: ${presetTitle(settings.preset)}`} up={{ path: PATH, name: "All presets" }} />
    <ProblemMessage problem={withoutFields(problem, SETTINGS_POINTERS)} />
    <form method="post" action={PATH} class="form with-filter">
      {/* The idempotency key: a form that is sent twice creates one subscription. */}
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <SettingsFields settings={settings} integrations={integrations} problem={problem}>
        <Field name="Team" hint="The team whose alerts the subscription sends">
          <Select name="teamId" value={teamId} options={teamOptions(caller, "subscriptions:write", ALL_TEAMS)} />
        </Field>
      </SettingsFields>
      <button>Create subscription</button>
    </form>
  </>
);
