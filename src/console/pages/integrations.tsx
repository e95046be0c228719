/** `/integrations`: every connected source, and whether it is well. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { attempt, dataOf, given } from "../api.ts";
import { type Console, maySomewhere } from "../console.ts";
import { Empty, Head, number, Pages } from "../parts/pieces.tsx";
import { show } from "../parts/shell.tsx";
import { Time } from "../parts/time.tsx";

/** Each is asked how it is: not more of them at a time. */
const PAGE = 25;

export type Detail = Schemas["IntegrationDetail"];

export function registerIntegrations(pages: Console): void {
  pages.get("/integrations", async (c) => {
    const api = c.get("api");
    const { cursor, teamId } = c.req.query();
    const list = await dataOf(
      api.GET("/v1/integrations", {
        params: { query: { limit: PAGE, ...given({ cursor: cursor || undefined, teamId: teamId || undefined }) } },
      }),
    );
    const details = await Promise.all(
      list.data.map(({ id }) => attempt(api.GET("/v1/integrations/{id}", { params: { path: { id } } }))),
    );
    const teams = new Map(c.get("caller").teams.map(({ id, name }) => [id, name]));
    return show(
      c,
      { title: "Integrations", place: "/integrations" },
      <>
        <Head title="Integrations">
          {maySomewhere(c.get("caller"), "integrations:write") ? (
            <a class="button" href="/integrations/new">
              Connect a source
            </a>
          ) : null}
        </Head>
        {list.data.length === 0 ? (
          <Empty title="No source is connected yet.">
            <p class="muted">Connect one, and its first alert is here within two minutes.</p>
          </Empty>
        ) : (
          <div id="list" data-poll="15000" data-regions="list">
            <ol class="rows integrations">
              {list.data.map((integration, place) => (
                <Row
                  integration={integration}
                  detail={details[place]?.data ?? null}
                  team={integration.teamId === null ? undefined : teams.get(integration.teamId)}
                />
              ))}
            </ol>
            <Pages url={c.req.url} nextCursor={list.nextCursor} />
          </div>
        )}
      </>,
    );
  });
}

const Row: FC<{ integration: Schemas["Integration"]; detail: Detail | null; team: string | undefined }> = ({
  integration,
  detail,
  team,
}) => (
  <li id={`integration-${integration.id}`} data-row>
    <div class="what">
      <a class="title" href={`/integrations/${integration.id}`} dir="auto">
        {integration.name}
      </a>
      <p class="meta">
        <span>{integration.provider}</span>
        {team === undefined ? null : <span dir="auto">{team}</span>}
        {integration.isEnabled ? null : <span class="badge off">Disabled</span>}
        {detail ? <Troubles detail={detail} /> : <span class="badge bad">Does not answer</span>}
      </p>
    </div>
    {detail ? <Bar last24Hours={detail.health.last24Hours} /> : <span />}
    <span class="when">
      {detail?.health.lastDeliveryAt ? (
        <Time at={detail.health.lastDeliveryAt} />
      ) : (
        <span class="muted">nothing yet</span>
      )}
    </span>
  </li>
);

/** What an operator should know of an integration. */
export const Troubles: FC<{ detail: Detail }> = ({ detail: { health, outbox } }) => {
  const { signatureFailures } = health.last24Hours;
  return (
    <>
      {health.missedHeartbeat.isHeartbeatMissed ? <span class="badge bad">Silent</span> : null}
      {signatureFailures.count > 0 ? (
        <span class="badge warn">
          {number(signatureFailures.count)}
          {signatureFailures.isAtLeast ? "+" : ""} not proven in 24 h
        </span>
      ) : null}
      {outbox.quarantined > 0 ? <span class="badge bad">{number(outbox.quarantined)} set aside</span> : null}
      {outbox.lastError !== null ? <span class="badge warn">Postgres is behind</span> : null}
    </>
  );
};

/** The outcomes of a day in proportion, and in words. */
const Bar: FC<{ last24Hours: Detail["health"]["last24Hours"] }> = ({ last24Hours }) => {
  const parts = (["accepted", "duplicate", "rejected"] as const).map((outcome) => ({
    outcome,
    ...last24Hours[outcome],
  }));
  const sum = parts.reduce((total, { count }) => total + count, 0);
  const words = parts.map(({ outcome, count, isAtLeast }) => `${number(count)}${isAtLeast ? "+" : ""} ${outcome}`);
  const before = (place: number) => parts.slice(0, place).reduce((total, { count }) => total + count, 0);
  return (
    <figure class="bar">
      <svg width="120" height="8" viewBox="0 0 120 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="120" height="8" class="none" />
        {sum === 0
          ? null
          : parts.map(({ outcome, count }, place) => (
              <rect x={(before(place) / sum) * 120} width={(count / sum) * 120} height="8" class={`fill-${outcome}`} />
            ))}
      </svg>
      <figcaption>{sum === 0 ? "nothing in 24 h" : words.join(" · ")}</figcaption>
    </figure>
  );
};
