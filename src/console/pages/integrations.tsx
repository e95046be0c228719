/** `/integrations`: all integrations with their health. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "../../lib/text.ts";
import { dataOf, defined } from "../api.ts";
import { type Console, hasScopeSomewhere } from "../context.ts";
import { Empty, PageHead, Pagination } from "../parts/components.tsx";
import { renderPage } from "../parts/layout.tsx";
import { loadProviders } from "../parts/providers.ts";
import { Time } from "../parts/time.tsx";

const PAGE_SIZE = 25;

export type Detail = Schemas["IntegrationDetail"];

export function registerIntegrations(pages: Console): void {
  pages.get("/integrations", async (c) => {
    const api = c.get("api");
    const { cursor, teamId } = c.req.query();
    const query = {
      include: "health",
      limit: PAGE_SIZE,
      ...defined({ cursor: cursor || undefined, teamId: teamId || undefined }),
    } as const;
    const [list, providers] = await Promise.all([
      dataOf(api.GET("/v1/integrations", { params: { query } })),
      loadProviders(c),
    ]);
    const teams = new Map(c.get("caller").teams.map(({ id, name }) => [id, name]));
    return renderPage(
      c,
      { title: "Integrations", section: "/integrations" },
      <>
        <PageHead title="Integrations">
          {hasScopeSomewhere(c.get("caller"), "integrations:write") ? (
            <a class="button" href="/integrations/new">
              Connect a source
            </a>
          ) : null}
        </PageHead>
        {list.data.length === 0 ? (
          <Empty title="No integrations yet.">
            <p class="muted">Connect a source to receive its alerts.</p>
          </Empty>
        ) : (
          <div id="list" data-live="/v1/timeline/stream" data-live-on="entries deliveries" data-regions="list">
            <ol class="rows integrations">
              {list.data.map((integration) => (
                <Row
                  integration={integration}
                  provider={providers.find(({ id }) => id === integration.provider)?.name ?? integration.provider}
                  team={integration.teamId === null ? undefined : teams.get(integration.teamId)}
                />
              ))}
            </ol>
            <Pagination url={c.req.url} nextCursor={list.nextCursor} />
          </div>
        )}
      </>,
    );
  });
}

const Row: FC<{ integration: Schemas["ListedIntegration"]; provider: string; team: string | undefined }> = ({
  integration,
  provider,
  team,
}) => (
  <li id={`integration-${integration.id}`} data-row>
    <div class="what">
      <a class="title" href={`/integrations/${integration.id}`} dir="auto">
        {integration.name}
      </a>
      <p class="meta">
        <span>{provider}</span>
        {team === undefined ? null : <span dir="auto">{team}</span>}
        {integration.isEnabled ? null : <span class="badge off">Disabled</span>}
        <ProblemBadges integration={integration} />
        {integration.suggestedProvider ? (
          <span class="badge">Looks like {integration.suggestedProvider.name}</span>
        ) : null}
      </p>
    </div>
    {integration.health ? <Bar last24Hours={integration.health.last24Hours} /> : <span />}
    <span class="when">
      {integration.health?.lastDeliveryAt ? (
        <Time at={integration.health.lastDeliveryAt} />
      ) : (
        <span class="muted">no delivery yet</span>
      )}
    </span>
  </li>
);

/** Badges for the problems of an integration; none when it is healthy. */
export const ProblemBadges: FC<{ integration: Pick<Schemas["ListedIntegration"], "health" | "outbox"> }> = ({
  integration: { health, outbox },
}) => {
  if (!health || !outbox) return <span class="badge bad">Unavailable</span>;
  const { verificationFailures } = health.last24Hours;
  return (
    <>
      {health.isHeartbeatMissed ? <span class="badge bad">Missed heartbeat</span> : null}
      {verificationFailures.count > 0 ? (
        <span class="badge warn">
          {formatNumber(verificationFailures.count)}
          {verificationFailures.isAtLeast ? "+" : ""} failed verification in 24 h
        </span>
      ) : null}
      {outbox.quarantined > 0 ? <span class="badge bad">{formatNumber(outbox.quarantined)} quarantined</span> : null}
      {outbox.lastError !== null ? <span class="badge warn">Outbox delayed</span> : null}
    </>
  );
};

/** The decisions of the last 24 hours, as a bar and as text. */
const Bar: FC<{ last24Hours: Detail["health"]["last24Hours"] }> = ({ last24Hours }) => {
  const parts = (["accepted", "duplicate", "rejected"] as const).map((decision) => ({
    decision,
    ...last24Hours[decision],
  }));
  const sum = parts.reduce((total, { count }) => total + count, 0);
  const texts = parts.map(
    ({ decision, count, isAtLeast }) => `${formatNumber(count)}${isAtLeast ? "+" : ""} ${decision}`,
  );
  const before = (index: number) => parts.slice(0, index).reduce((total, { count }) => total + count, 0);
  return (
    <figure class="bar">
      <svg width="120" height="8" viewBox="0 0 120 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="120" height="8" class="none" />
        {sum === 0
          ? null
          : parts.map(({ decision, count }, index) => (
              <rect x={(before(index) / sum) * 120} width={(count / sum) * 120} height="8" class={`fill-${decision}`} />
            ))}
      </svg>
      <figcaption>{sum === 0 ? "no deliveries in 24 h" : texts.join(" · ")}</figcaption>
    </figure>
  );
};
