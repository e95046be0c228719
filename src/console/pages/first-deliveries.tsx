/** `/integrations/:id/first`: waits for what arrives first, and shows how far each delivery came. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { dataOf } from "../api.ts";
import type { Console } from "../console.ts";
import { Head } from "../parts/pieces.tsx";
import { show } from "../parts/shell.tsx";
import { Time } from "../parts/time.tsx";

type Delivery = Schemas["Delivery"];

export function registerFirstDeliveries(pages: Console): void {
  pages.get("/integrations/:id/first", async (c) => {
    const { id } = c.req.param();
    const api = c.get("api");
    const [integration, { data }] = await Promise.all([
      dataOf(api.GET("/v1/integrations/{id}", { params: { path: { id } } })),
      dataOf(api.GET("/v1/deliveries", { params: { query: { integrationId: id, limit: 3 } } })),
    ]);
    return show(
      c,
      { title: `First deliveries of ${integration.name}`, place: "/integrations" },
      <>
        <Head title={integration.name} up={{ path: `/integrations/${id}`, name: "Its page" }} />
        <FirstDeliveries integrationId={id} deliveries={data} />
      </>,
    );
  });
}

/** What arrived, or that nothing did yet; the page's script looks again and again. */
export const FirstDeliveries: FC<{ integrationId: string; deliveries: readonly Delivery[] }> = ({
  integrationId,
  deliveries,
}) => (
  <section
    id="first"
    data-poll="1500"
    data-poll-from={`/integrations/${integrationId}/first`}
    data-regions="first"
    aria-live="polite"
  >
    <h2>What arrives</h2>
    {deliveries.length === 0 ? (
      <p class="waiting">
        Waiting for the first delivery …{" "}
        <a class="without-script" href={`/integrations/${integrationId}/first`}>
          Look
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
  const isRead = isVerified && delivery.status !== "REJECTED";
  return (
    <ol class="journey">
      <li class="good">
        Received <Time at={delivery.receivedAt} />: <a href={`/deliveries/${delivery.id}`}>the delivery</a>
      </li>
      <li class={isVerified ? "good" : "bad"}>
        {isVerified ? "Verified" : `Not verified: ${verification?.reason ?? delivery.reason ?? "refused before"}`}
      </li>
      {isVerified ? (
        <li class={isRead ? "good" : "bad"} dir="auto">
          {isRead
            ? `Read: ${delivery.events.map(({ action, outcome }) => action ?? outcome).join(", ") || "no events"}`
            : `Not read: ${delivery.reason}`}
        </li>
      ) : null}
      {alert ? (
        <li class="good">
          {alert.outcome === "created" ? "An alert is open: " : `${alert.outcome}: `}
          <a href={`/alerts/${alert.alertId}`}>see it</a>
        </li>
      ) : isRead ? (
        <li>It told of no alert.</li>
      ) : null}
    </ol>
  );
};
