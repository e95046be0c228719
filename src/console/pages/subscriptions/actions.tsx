/** The forms of a subscription's page: its actions and settings. What failed is shown beside its button. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import type { Problem } from "../../api.ts";
import { ConfirmAction, ProblemMessage } from "../../parts/components.tsx";
import { withoutFields } from "../../parts/fields.tsx";
import { RotateSecret } from "../../parts/rotate-secret.tsx";
import { type Settings, SETTINGS_POINTERS, SettingsFields, settingsOf } from "./form.tsx";
import { TestForm } from "./list.tsx";

const PATH = "/subscriptions";

/** What was entered in the forms, and which of them failed. Null: nothing. */
export interface Entered {
  settings: Settings | null;
  overlapMinutes: string | null;
  failed: { action: "save" | "test" | "enable" | "rotate" | "delete"; problem: Problem } | null;
}

export const Actions: FC<{
  detail: Schemas["SubscriptionDetail"];
  entered: Entered;
  integrations: ReadonlyMap<string, string>;
}> = ({ detail, entered: { settings, overlapMinutes, failed }, integrations }) => {
  const { id, version, isEnabled } = detail;
  const problemOf = (action: NonNullable<Entered["failed"]>["action"]) =>
    failed?.action === action ? failed.problem : null;
  const saving = problemOf("save");
  return (
    <>
      <section class="tools">
        <h2>Actions</h2>
        <TestForm id={id} problem={problemOf("test")} />
        <a class="button quiet" href={`${PATH}/${id}/transformation`}>
          Edit transformation
        </a>
        <form method="post" action={`${PATH}/${id}/enabled`}>
          <button class="quiet" name="isEnabled" value={isEnabled ? "no" : "yes"}>
            {isEnabled ? "Disable" : "Enable"}
          </button>
          <ProblemMessage problem={problemOf("enable")} hasFocus />
        </form>
        <RotateSecret
          explanation="During the overlap, messages carry a signature for each secret, so that you can change the endpoint without failures."
          action={`${PATH}/${id}/rotate`}
          overlapMinutes={overlapMinutes}
          problem={problemOf("rotate")}
        />
        <ConfirmAction
          name="Delete subscription"
          explanation="Pending messages and dead letters are deleted too."
          action={`${PATH}/${id}/delete`}
          button="Delete"
          problem={problemOf("delete")}
        />
      </section>
      <section>
        <h2>Settings</h2>
        <form method="post" action={`${PATH}/${id}`} class="form with-filter">
          <input type="hidden" name="etag" value={`"${version}"`} />
          <SettingsFields settings={settings ?? settingsOf(detail)} integrations={integrations} problem={saving} />
          <ProblemMessage problem={withoutFields(saving, SETTINGS_POINTERS)} hasFocus />
          <button>Save</button>
        </form>
      </section>
    </>
  );
};
