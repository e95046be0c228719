/** `/integrations/:id/first-deliveries`: waits for the first deliveries and shows their progress step by step. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { dataOf } from "../api.ts";
import { type Console, hasScope } from "../context.ts";
import { ProviderSuggestion } from "../parts/provider-suggestion.tsx";
import { PageHead } from "../parts/components.tsx";
import { renderPage } from "../parts/layout.tsx";
import { Time } from "../parts/time.tsx";

type Delivery = Schemas["Delivery"];

export function registerFirstDeliveries(pages: Console): void {
  pages.get("/integrations/:id/first-deliveries", async (c) => {
    const { id } = c.req.param();
    const api = c.get("api");
    const [integration, { data }] = await Promise.all([
      dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
      dataOf(api.GET("/v1/deliveries", { params: { query: { integrationId: id, limit: 3 } } })),
    ]);
    return renderPage(
      c,
      { title: `First deliveries of ${integration.name}`, section: "/integrations" },
      <>
        <PageHead title="First deliveries" up={{ path: `/integrations/${id}`, name: integration.name }} />
        <FirstDeliveries
          integrationId={id}
          deliveries={data}
          suggestion={integration.suggestedProvider}
          mayChange={hasScope(c.get("caller"), "integrations:write", integration.teamId)}
        />
      </>,
    );
  });
}

/** The newest deliveries. console.js refreshes this section when deliveries arrive. */
export const FirstDeliveries: FC<{
  integrationId: string;
  deliveries: readonly Delivery[];
  suggestion?: Schemas["SuggestedProvider"] | null;
  mayChange?: boolean;
}> = ({ integrationId, deliveries, suggestion = null, mayChange = false }) => (
  <section
    id="first"
    data-live={`/v1/timeline/stream?integrationId=${integrationId}`}
    data-live-on="entries deliveries"
    data-from={`/integrations/${integrationId}/first-deliveries`}
    data-regions="first"
    aria-live="polite"
  >
    <ProviderSuggestion suggestion={suggestion} integrationId={integrationId} mayChange={mayChange} />
    {deliveries.length === 0 ? (
      <p class="waiting">
        Waiting for the first delivery …{" "}
        <a class="without-script" href={`/integrations/${integrationId}/first-deliveries`}>
          Check now
        </a>
      </p>
    ) : (
      deliveries.map((delivery) => <Steps delivery={delivery} />)
    )}
  </section>
);

const Steps: FC<{ delivery: Delivery }> = ({ delivery }) => {
  const { verification } = delivery.decision as { verification?: { isVerified?: boolean; reason?: string } };
  const isVerified = verification?.isVerified === true;
  const alert = delivery.events.find(({ alertId }) => alertId !== null);
  const isAccepted = isVerified && delivery.status !== "REJECTED";
  return (
    <ol class="journey">
      <li class="good">
        Received <Time at={delivery.receivedAt} />: <a href={`/deliveries/${delivery.id}`}>delivery</a>
      </li>
      <li class={isVerified ? "good" : "bad"}>
        {isVerified
          ? "Verified"
          : `Not verified: ${verification?.reason ?? delivery.reason ?? "rejected before verification"}`}
      </li>
      {isVerified ? (
        <li class={isAccepted ? "good" : "bad"} dir="auto">
          {isAccepted
            ? `Normalized: ${delivery.events.map(({ action, outcome }) => action ?? outcome).join(", ") || "no events"}`
            : `Rejected: ${delivery.reason}`}
        </li>
      ) : null}
      {alert ? (
        <li class="good">
          {alert.outcome === "created" ? "Alert opened: " : `Outcome ${alert.outcome}: `}
          <a href={`/alerts/${alert.alertId}`}>view alert</a>
        </li>
      ) : isAccepted ? (
        <li>No alert in this delivery.</li>
      ) : null}
    </ol>
  );
};
