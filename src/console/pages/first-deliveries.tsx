/** `/integrations/:id/first-deliveries`: waits for the first deliveries and shows their progress step by step. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { isTestDelivery } from "../../lib/test-delivery.ts";
import { dataOf } from "../api.ts";
import { type Console, hasScope } from "../context.ts";
import { ProviderSuggestion } from "../parts/provider-suggestion.tsx";
import { PageHead } from "../parts/components.tsx";
import { renderPage } from "../parts/layout.tsx";
import { Time } from "../parts/time.tsx";

type Delivery = Schemas["Delivery"];

/** Accepted deliveries to look at: the latest may be test deliveries. */
const MOST_ACCEPTED = 100;

export function registerFirstDeliveries(pages: Console): void {
  pages.get("/integrations/:id/first-deliveries", async (c) => {
    const { id } = c.req.param();
    const api = c.get("api");
    const listed = (query: { status?: Delivery["status"][]; limit: number }) =>
      dataOf(api.GET("/v1/deliveries", { params: { query: { integrationId: id, ...query } } }));
    const [integration, latest, accepted] = await Promise.all([
      dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
      listed({ limit: 3 }),
      listed({ status: ["ACCEPTED", "DUPLICATE"], limit: MOST_ACCEPTED }),
    ]);
    return renderPage(
      c,
      { title: `First deliveries of ${integration.name}`, section: "/integrations" },
      <>
        <PageHead title="First deliveries" up={{ path: `/integrations/${id}`, name: integration.name }} />
        <FirstDeliveries
          integration={integration}
          deliveries={latest.data}
          isConnected={accepted.data.some((delivery) => isVerified(delivery) && !isTestDelivery(delivery.headers))}
          suggestion={integration.suggestedProvider}
          mayChange={hasScope(c.get("caller"), "integrations:write", integration.teamId)}
        />
      </>,
    );
  });
}

/** The newest deliveries. console.js refreshes this section when deliveries arrive. */
export const FirstDeliveries: FC<{
  integration: Pick<Schemas["Integration"], "id" | "name">;
  deliveries: readonly Delivery[];
  /** Whether a delivery of the source, not a test delivery, was accepted. */
  isConnected?: boolean;
  suggestion?: Schemas["SuggestedProvider"] | null;
  mayChange?: boolean;
}> = ({ integration: { id, name }, deliveries, isConnected = false, suggestion = null, mayChange = false }) => (
  <section
    id="first"
    data-live={`/v1/timeline/stream?integrationId=${id}`}
    data-live-on="entries deliveries"
    data-from={`/integrations/${id}/first-deliveries`}
    data-regions="first"
    aria-live="polite"
  >
    <ProviderSuggestion suggestion={suggestion} integrationId={id} mayChange={mayChange} />
    {isConnected ? (
      <p class="flash">
        <bdi>{name}</bdi> is connected.
      </p>
    ) : null}
    {!isConnected && deliveries.every(({ headers }) => isTestDelivery(headers)) ? (
      <p class="waiting">
        Waiting for the first delivery …{" "}
        <a class="without-script" href={`/integrations/${id}/first-deliveries`}>
          Check now
        </a>
      </p>
    ) : null}
    {deliveries.map((delivery) => (
      <Steps delivery={delivery} />
    ))}
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
        Received <Time at={delivery.receivedAt} />:{" "}
        <a href={`/deliveries/${delivery.id}`}>{isTestDelivery(delivery.headers) ? "test delivery" : "delivery"}</a>
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
