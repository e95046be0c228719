/** `/subscriptions/:id/dead-letters`: messages that failed for 24 hours, to resend or discard. */
import type { FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { formatNumber } from "../../../lib/text.ts";
import { attempt, dataOf, defined, type Problem } from "../../api.ts";
import { type Console, hasScope, type Page } from "../../context.ts";
import { readForm } from "../../parts/form.ts";
import {
  AlertLink,
  ConfirmAction,
  Copyable,
  Empty,
  Fact,
  Facts,
  PageHead,
  Pagination,
  ProblemMessage,
} from "../../parts/components.tsx";
import { plural, sentenceCase } from "../../parts/format.ts";
import { renderPage } from "../../parts/layout.tsx";
import { withFlash } from "../../parts/flash.tsx";
import { ExactTime, Time } from "../../parts/time.tsx";

type DeadLetter = Schemas["DeadLetter"];

const PATH = "/subscriptions/:id/dead-letters";

const pathOf = (id: string): string => PATH.replace(":id", id);

export function registerDeadLetters(pages: Console): void {
  pages.get(PATH, (c) => showDeadLetters(c, null));

  pages.post(`${PATH}/resend`, async (c) => {
    const { id } = c.req.param();
    const messageId = (await readForm(c)).text("messageId");
    const { data, problem } = await attempt(
      c.get("api").POST("/v1/subscriptions/{id}/dead-letters/resend", {
        params: { path: { id } },
        body: messageId === "" ? {} : { messageId },
      }),
    );
    if (problem) return showDeadLetters(c, problem);
    return c.redirect(withFlash(pathOf(id), data.resent > 0 ? "resent" : "not-resent"), 303);
  });

  pages.get(`${PATH}/:messageId`, async (c) => {
    const { id, messageId } = c.req.param();
    const [{ mayChange }, letter] = await Promise.all([
      loadSubscription(c, id),
      dataOf(
        c.get("api").GET("/v1/subscriptions/{id}/dead-letters/{messageId}", { params: { path: { id, messageId } } }),
      ),
    ]);
    return renderPage(
      c,
      { title: "Dead letter", section: "/subscriptions" },
      <>
        <PageHead title={sentenceCase(letter.type)} up={{ path: pathOf(id), name: "Dead letters" }}>
          {mayChange ? <Actions id={id} messageId={messageId} /> : null}
        </PageHead>
        <Facts>
          <Fact name="Alert">
            <AlertLink id={letter.alertId} title={letter.alertTitle} />
          </Fact>
          <Fact name="Recorded">
            <ExactTime at={letter.recordedAt} />
          </Fact>
          <Fact name="Failed">
            <ExactTime at={letter.givenUpAt} />
          </Fact>
          <Fact name="Last error">{letter.error}</Fact>
          <Fact name="Attempts">{formatNumber(letter.attempts)}</Fact>
          <Fact name="webhook-id">
            <Copyable text={messageId} name="ID" />
          </Fact>
        </Facts>
        <section>
          <h2>Message</h2>
          <pre tabindex={0} aria-label="Indented message" dir="auto">
            {JSON.stringify(letter.body, null, 2)}
          </pre>
          <details>
            <summary>Original message</summary>
            <Copyable text={JSON.stringify(letter.body)} name="original message" isBlock />
          </details>
        </section>
      </>,
    );
  });

  pages.post(`${PATH}/:messageId/discard`, async (c) => {
    const { id, messageId } = c.req.param();
    const { problem } = await attempt(
      c.get("api").DELETE("/v1/subscriptions/{id}/dead-letters/{messageId}", { params: { path: { id, messageId } } }),
    );
    if (problem) return showDeadLetters(c, problem);
    return c.redirect(withFlash(pathOf(id), "discarded"), 303);
  });
}

/** @param problem why messages were not resent or discarded */
async function showDeadLetters(c: Page, problem: Problem | null) {
  const id = c.req.param("id") ?? "";
  const cursor = c.req.query("cursor") || undefined;
  const [{ name, mayChange }, list] = await Promise.all([
    loadSubscription(c, id),
    dataOf(
      c.get("api").GET("/v1/subscriptions/{id}/dead-letters", { params: { path: { id }, query: defined({ cursor }) } }),
    ),
  ]);
  return renderPage(
    c,
    { title: "Dead letters", section: "/subscriptions" },
    <>
      <PageHead title="Dead letters" up={{ path: `/subscriptions/${id}`, name }}>
        {mayChange && list.data.length > 0 ? (
          <form method="post" action={`${pathOf(id)}/resend`}>
            <button>Resend all</button>
          </form>
        ) : null}
      </PageHead>
      <ProblemMessage problem={problem} hasFocus />
      <p class="muted">Messages that failed for 24 hours. Kept for 30 days.</p>
      {list.data.length === 0 ? (
        <Empty title="No dead letters." />
      ) : (
        <ol class="rows">
          {list.data.map((letter) => (
            <Row id={id} letter={letter} mayChange={mayChange} />
          ))}
        </ol>
      )}
      <Pagination url={new URL(pathOf(id) + new URL(c.req.url).search, c.req.url).href} nextCursor={list.nextCursor} />
    </>,
    (problem?.status ?? 200) as ContentfulStatusCode,
  );
}

/** Loads the name of the subscription, and whether the caller may change it. */
async function loadSubscription(c: Page, id: string): Promise<{ name: string; mayChange: boolean }> {
  const { name, teamId } = await dataOf(c.get("api").GET("/v1/subscriptions/{id}", { params: { path: { id } } }));
  return { name, mayChange: hasScope(c.get("caller"), "subscriptions:write", teamId) };
}

const Row: FC<{ id: string; letter: DeadLetter; mayChange: boolean }> = ({ id, letter, mayChange }) => (
  <li data-row>
    <div class="what">
      <a class="title" href={`${pathOf(id)}/${letter.messageId}`} dir="auto">
        {sentenceCase(letter.type)}: {letter.error}
      </a>
      <p class="meta">
        <AlertLink id={letter.alertId} title={letter.alertTitle} />
        <span>
          recorded <Time at={letter.recordedAt} />, failed <Time at={letter.givenUpAt} />
        </span>
        <span>{plural(letter.attempts, "attempt")}</span>
      </p>
    </div>
    {mayChange ? <Actions id={id} messageId={letter.messageId} /> : null}
  </li>
);

const Actions: FC<{ id: string; messageId: string }> = ({ id, messageId }) => (
  <span class="actions">
    <form method="post" action={`${pathOf(id)}/resend`}>
      <button class="quiet" name="messageId" value={messageId}>
        Resend
      </button>
    </form>
    <ConfirmAction
      name="Discard"
      explanation="The message is deleted and never sent. The audit log records this."
      action={`${pathOf(id)}/${messageId}/discard`}
      button="Discard"
    />
  </span>
);
