import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";

/**
 * Names the source that a delivery looks like, and leads to the switch of its integration.
 * @param suggestion null: there is none
 * @param mayChange whether the user may change the integration
 */
export const ProviderSuggestion: FC<{
  suggestion: Schemas["SuggestedProvider"] | null;
  integrationId: string;
  mayChange: boolean;
}> = ({ suggestion, integrationId, mayChange }) =>
  suggestion === null ? null : (
    <div class="offer">
      <p>This looks like {suggestion.name}.</p>
      {mayChange ? (
        <a class="button quiet" href={`/integrations/${integrationId}?provider=${suggestion.id}#settings`}>
          Switch this integration to {suggestion.name}
        </a>
      ) : (
        <p class="muted">An admin of its team can switch the integration to this provider.</p>
      )}
    </div>
  );
