/** `/subscriptions/:id/attempts`: what was sent, and what the endpoint answered. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { formatNumber } from "../../../lib/text.ts";
import { dataOf, defined } from "../../api.ts";
import { type Console, hasScope, type Page } from "../../context.ts";
import { AlertLink, Copyable, Empty, Fact, Facts, PageHead, Pagination } from "../../parts/components.tsx";
import { Select } from "../../parts/fields.tsx";
import { sentenceCase } from "../../parts/format.ts";
import { indentJson } from "../../parts/indent-json.ts";
import { renderPage } from "../../parts/layout.tsx";
import { ExactTime, Time } from "../../parts/time.tsx";

type Attempt = Schemas["Attempt"];

/** What a message says: `Resolved` for `alert.resolved`. */
const entryName = (type: string): string => sentenceCase(type.slice(type.indexOf(".") + 1).toUpperCase());

const PATH = "/subscriptions/:id/attempts";

const pathOf = (id: string): string => PATH.replace(":id", id);

const OUTCOMES = [
  ["", "Any outcome"],
  ["delivered", "Delivered"],
  ["failed", "Failed"],
  ["skipped", "Skipped"],
] as const;

const isOutcome = (text: string | undefined): text is Attempt["outcome"] =>
  OUTCOMES.some(([outcome]) => outcome !== "" && outcome === text);

export function registerAttempts(pages: Console): void {
  pages.get(PATH, async (c) => {
    const { id } = c.req.param();
    const { cursor, outcome, messageId } = c.req.query();
    const query = defined({
      cursor: cursor || undefined,
      outcome: isOutcome(outcome) ? outcome : undefined,
      messageId: messageId || undefined,
    });
    const [name, list] = await Promise.all([
      nameOf(c, id),
      dataOf(c.get("api").GET("/v1/subscriptions/{id}/attempts", { params: { path: { id }, query } })),
    ]);
    return renderPage(
      c,
      { title: "Attempts", section: "/subscriptions" },
      <>
        <PageHead title="Attempts" up={{ path: `/subscriptions/${id}`, name }}>
          <span class="muted">of the last 7 days</span>
        </PageHead>
        <form method="get" action={pathOf(id)} class="filters" role="search" data-submit-on-change>
          <Select name="outcome" label="Outcome" value={outcome} options={OUTCOMES} />
          {messageId ? <input type="hidden" name="messageId" value={messageId} /> : null}
          <button class="quiet">Filter</button>
        </form>
        {list.data.length === 0 ? (
          <Empty title="No attempts." />
        ) : (
          <ol class="rows">
            {list.data.map((attempt) => (
              <Row id={id} attempt={attempt} />
            ))}
          </ol>
        )}
        <Pagination url={c.req.url} nextCursor={list.nextCursor} />
      </>,
    );
  });

  pages.get(`${PATH}/:attemptId`, async (c) => {
    const { id, attemptId } = c.req.param();
    const path = { id, attemptId };
    const [attempt, { teamId }] = await Promise.all([
      dataOf(c.get("api").GET("/v1/subscriptions/{id}/attempts/{attemptId}", { params: { path } })),
      dataOf(c.get("api").GET("/v1/subscriptions/{id}", { params: { path: { id } } })),
    ]);
    const mayChange = hasScope(c.get("caller"), "subscriptions:write", teamId);
    return renderPage(
      c,
      { title: "Attempt", section: "/subscriptions" },
      <>
        <PageHead title={entryName(attempt.type)} up={{ path: pathOf(id), name: "Attempts" }}>
          <span class="marks">
            <OutcomeBadge outcome={attempt.outcome} />
          </span>
          {attempt.outcome === "failed" && mayChange ? (
            <form method="post" action={`/subscriptions/${id}/dead-letters/resend`}>
              <button class="quiet" name="messageId" value={attempt.messageId}>
                Resend
              </button>
            </form>
          ) : null}
        </PageHead>
        <Facts>
          {attempt.alertId === null ? null : (
            <Fact name="Alert">
              <AlertLink id={attempt.alertId} title={attempt.alertTitle} />
            </Fact>
          )}
          <Fact name="Sent">
            <ExactTime at={attempt.startedAt} />
          </Fact>
          <Fact name="Duration">{formatNumber(attempt.durationMs)} ms</Fact>
          <Fact name="Attempt">{formatNumber(attempt.attempt)}</Fact>
          {attempt.error === null ? null : <Fact name="Reason">{attempt.error}</Fact>}
          <Fact name="webhook-id">
            <Copyable text={attempt.messageId} name="ID" />
          </Fact>
        </Facts>
        <p class="links">
          <a href={`${pathOf(id)}?messageId=${attempt.messageId}`}>All attempts of this message</a>
        </p>
        {attempt.request === null ? null : <RequestSection request={attempt.request} />}
        {attempt.response === null ? null : (
          <section>
            <h2>Answer: {attempt.response.statusCode}</h2>
            <pre tabindex={0} aria-label="Answer" dir="auto">
              {attempt.response.body === "" ? "Empty" : attempt.response.body}
            </pre>
          </section>
        )}
      </>,
    );
  });
}

async function nameOf(c: Page, id: string): Promise<string> {
  return (await dataOf(c.get("api").GET("/v1/subscriptions/{id}", { params: { path: { id } } }))).name;
}

/** A request with its headers and its body. */
export const RequestSection: FC<{ request: Schemas["SubscriptionRequest"] }> = ({
  request: { method, url, headers, body, isBodyTruncated },
}) => (
  <section class="attempt">
    <h2>Request</h2>
    <pre tabindex={0} aria-label="Headers">
      {[`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join("\n")}
    </pre>
    <pre tabindex={0} aria-label="Body" dir="auto">
      {isBodyTruncated ? `${body}…` : (indentJson(body) ?? body)}
    </pre>
  </section>
);

const OutcomeBadge: FC<{ outcome: Attempt["outcome"] }> = ({ outcome }) => {
  const color = { delivered: "good", failed: "bad", skipped: "off" }[outcome];
  return <span class={`badge ${color}`}>{OUTCOMES.find(([name]) => name === outcome)?.[1]}</span>;
};

const Row: FC<{ id: string; attempt: Attempt }> = ({ id, attempt }) => (
  <li data-row>
    <div class="what">
      <a class="title" href={`${pathOf(id)}/${attempt.id}`} dir="auto">
        {entryName(attempt.type)}: {attempt.error ?? attempt.statusCode}
      </a>
      <p class="meta">
        {attempt.alertId === null ? null : <AlertLink id={attempt.alertId} title={attempt.alertTitle} />}
        <Time at={attempt.startedAt} />
        <span>attempt {formatNumber(attempt.attempt)}</span>
        <span>{formatNumber(attempt.durationMs)} ms</span>
      </p>
    </div>
    <span class="marks">
      <OutcomeBadge outcome={attempt.outcome} />
    </span>
  </li>
);
