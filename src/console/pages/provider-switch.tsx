/** The provider in the form of an integration, and what a switch to another one keeps and changes. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { Field, Select } from "../parts/fields.tsx";
import type { Provider } from "../parts/providers.ts";

type Update = Schemas["IntegrationUpdate"];

/** The mapping of a `custom` integration until somebody writes one. */
export const FIRST_MAPPING = { language: "jsonata", title: "title" } as const;

/** The changes of a switch: what only the other provider takes has to go. @param from the present provider */
export function switchTo(provider: string, from: string): Pick<Update, "provider" | "mapping" | "emailRules"> {
  if (provider === "" || provider === from) return {};
  return {
    provider,
    mapping: provider === "custom" ? FIRST_MAPPING : null,
    ...(provider !== "email" && { emailRules: [] }),
  };
}

/** @param chosen the provider that the form shows; it may differ from the present one */
export const ProviderField: FC<{
  chosen: string;
  present: string;
  hasMapping: boolean;
  providers: readonly Provider[];
}> = ({ chosen, present, hasMapping, providers }) => {
  const name = providers.find(({ id }) => id === chosen)?.name ?? chosen;
  return (
    <>
      {chosen === present ? null : (
        <p class="offer" role="status">
          Save to switch to {name}. URL, secret and verification stay: the source passes them already.
          {hasMapping ? " The mapping is removed." : ""} Deliveries from then on are read as those of {name}; replay
          earlier ones.
        </p>
      )}
      <input type="hidden" name="presentProvider" value={present} />
      <Field name="Provider" hint="How deliveries are read. A switch keeps the verification">
        <Select name="provider" value={chosen} options={providers.map(({ id, name: label }) => [id, label])} />
      </Field>
    </>
  );
};
