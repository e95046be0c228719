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
          integration={integration}
          deliveries={data}
          suggestion={integration.suggestedProvider}
          mayChange={hasScope(c.get("caller"), "integrations:write", integration.teamId)}
        />
      </>,
    );
  });
}

/** The newest deliveries. console.js refreshes this section when deliveries arrive. One that is accepted shows the connection. */
export const FirstDeliveries: FC<{
  integration: Pick<Schemas["Integration"], "id" | "name">;
  deliveries: readonly Delivery[];
  suggestion?: Schemas["SuggestedProvider"] | null;
  mayChange?: boolean;
}> = ({ integration: { id, name }, deliveries, suggestion = null, mayChange = false }) => (
  <section
    id="first"
    data-live={`/v1/timeline/stream?integrationId=${id}`}
    data-live-on="entries deliveries"
    data-from={`/integrations/${id}/first-deliveries`}
    data-regions="first"
    aria-live="polite"
  >
    <ProviderSuggestion suggestion={suggestion} integrationId={id} mayChange={mayChange} />
    {deliveries.length === 0 ? (
      <p class="waiting">
        Waiting for the first delivery …{" "}
        <a class="without-script" href={`/integrations/${id}/first-deliveries`}>
          Check now
        </a>
      </p>
    ) : (
      <>
        {deliveries.some(isAccepted) ? (
          <p class="flash">
            <bdi>{name}</bdi> is connected.
          </p>
        ) : null}
        {deliveries.map((delivery) => (
          <Steps delivery={delivery} />
        ))}
      </>
    )}
  </section>
);

const verificationOf = ({ decision }: Delivery) =>
  (decision as { verification?: { isVerified?: boolean; reason?: string } }).verification;

const isVerified = (delivery: Delivery): boolean => verificationOf(delivery)?.isVerified === true;

const isAccepted = (delivery: Delivery): boolean => isVerified(delivery) && delivery.status !== "REJECTED";

const Steps: FC<{ delivery: Delivery }> = ({ delivery }) => {
  const alert = delivery.events.find(({ alertId }) => alertId !== null);
  return (
    <ol class="journey">
      <li class="good">
        Received <Time at={delivery.receivedAt} />: <a href={`/deliveries/${delivery.id}`}>delivery</a>
      </li>
      <li class={isVerified(delivery) ? "good" : "bad"}>
        {isVerified(delivery)
          ? "Verified"
          : `Not verified: ${verificationOf(delivery)?.reason ?? delivery.reason ?? "rejected before verification"}`}
      </li>
      {isVerified(delivery) ? (
        <li class={isAccepted(delivery) ? "good" : "bad"} dir="auto">
          {isAccepted(delivery)
            ? `Normalized: ${delivery.events.map(({ action, outcome }) => action ?? outcome).join(", ") || "no events"}`
            : `Rejected: ${delivery.reason}`}
        </li>
      ) : null}
      {alert ? (
        <li class="good">
          {alert.outcome === "created" ? "Alert opened: " : `Outcome ${alert.outcome}: `}
          <a href={`/alerts/${alert.alertId}`}>view alert</a>
        </li>
      ) : isAccepted(delivery) ? (
        <li>No alert in this delivery.</li>
      ) : null}
    </ol>
  );
};
