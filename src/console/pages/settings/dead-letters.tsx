/** `/settings/subscriptions/:id/dead-letters`: messages that were given up, to be sent once more or forgotten. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../../packages/client/src/index.ts";
import { dataOf, given } from "../../api.ts";
import { type Console, may, type Page } from "../../console.ts";
import { word } from "../../parts/badges.tsx";
import { readForm } from "../../parts/form.ts";
import { Copyable, Deliberate, Empty, Fact, Facts, Head, number, Pages } from "../../parts/pieces.tsx";
import { show, withNotice } from "../../parts/shell.tsx";
import { Exact, Time } from "../../parts/time.tsx";

type DeadLetter = Schemas["DeadLetter"];

const PATH = "/settings/subscriptions/:id/dead-letters";

const pathOf = (id: string): string => PATH.replace(":id", id);

export function registerDeadLetters(pages: Console): void {
  pages.get(PATH, async (c) => {
    const { id } = c.req.param();
    const { cursor } = c.req.query();
    const [{ name, mayChange }, list] = await Promise.all([
      subscriptionOf(c, id),
      dataOf(
        c.get("api").GET("/v1/subscriptions/{id}/dead-letters", {
          params: { path: { id }, query: given({ cursor: cursor || undefined }) },
        }),
      ),
    ]);
    return show(
      c,
      { title: "Dead letters", place: "/settings" },
      <>
        <Head title="Dead letters" up={{ path: `/settings/subscriptions/${id}`, name }}>
          {mayChange && list.data.length > 0 ? (
            <form method="post" action={`${pathOf(id)}/replay`}>
              <button>Send all once more</button>
            </form>
          ) : null}
        </Head>
        <p class="muted">Tried for 24 hours in vain; kept for 30 days.</p>
        {list.data.length === 0 ? (
          <Empty title="There is no dead letter." />
        ) : (
          <ol class="rows">
            {list.data.map((letter) => (
              <Row id={id} letter={letter} mayChange={mayChange} />
            ))}
          </ol>
        )}
        <Pages url={c.req.url} nextCursor={list.nextCursor} />
      </>,
    );
  });

  pages.post(`${PATH}/replay`, async (c) => {
    const { id } = c.req.param();
    const messageId = (await readForm(c)).text("messageId");
    const { resent } = await dataOf(
      c.get("api").POST("/v1/subscriptions/{id}/dead-letters/resend", {
        params: { path: { id } },
        body: messageId === "" ? {} : { messageId },
      }),
    );
    return c.redirect(withNotice(pathOf(id), resent > 0 ? "resent" : "none-resent"), 303);
  });

  pages.get(`${PATH}/:messageId`, async (c) => {
    const { id, messageId } = c.req.param();
    const [{ mayChange }, letter] = await Promise.all([
      subscriptionOf(c, id),
      dataOf(
        c.get("api").GET("/v1/subscriptions/{id}/dead-letters/{messageId}", { params: { path: { id, messageId } } }),
      ),
    ]);
    return show(
      c,
      { title: "Dead letter", place: "/settings" },
      <>
        <Head title={word(letter.type)} up={{ path: pathOf(id), name: "Dead letters" }}>
          {mayChange ? <Moves id={id} messageId={messageId} /> : null}
        </Head>
        <Facts>
          <Fact name="About">
            <a href={`/alerts/${letter.alertId}`}>alert {letter.alertId.slice(-6)}</a>
          </Fact>
          <Fact name="Recorded">
            <Exact at={letter.recordedAt} />
          </Fact>
          <Fact name="Given up">
            <Exact at={letter.givenUpAt} />
          </Fact>
          <Fact name="Why">{letter.error}</Fact>
          <Fact name="Attempts">{number(letter.attempts)}</Fact>
          <Fact name="webhook-id">
            <Copyable text={messageId} name="id" />
          </Fact>
        </Facts>
        <section>
          <h2>The message</h2>
          <pre tabindex={0} aria-label="The message, indented" dir="auto">
            {JSON.stringify(letter.body, null, 2)}
          </pre>
          <details>
            <summary>As it was sent</summary>
            <Copyable text={JSON.stringify(letter.body)} name="the message as it was sent" isBlock />
          </details>
        </section>
      </>,
    );
  });

  pages.post(`${PATH}/:messageId/forget`, async (c) => {
    const { id, messageId } = c.req.param();
    await dataOf(
      c.get("api").DELETE("/v1/subscriptions/{id}/dead-letters/{messageId}", { params: { path: { id, messageId } } }),
    );
    return c.redirect(withNotice(pathOf(id), "removed"), 303);
  });
}

/** What the subscription is called, and whether its dead letters may be touched. */
async function subscriptionOf(c: Page, id: string): Promise<{ name: string; mayChange: boolean }> {
  const { name, teamId } = await dataOf(c.get("api").GET("/v1/subscriptions/{id}", { params: { path: { id } } }));
  return { name, mayChange: may(c.get("caller"), "subscriptions:write", teamId) };
}

const Row: FC<{ id: string; letter: DeadLetter; mayChange: boolean }> = ({ id, letter, mayChange }) => (
  <li data-row>
    <div class="what">
      <a class="title" href={`${pathOf(id)}/${letter.messageId}`} dir="auto">
        {word(letter.type)}: {letter.error}
      </a>
      <p class="meta">
        <a href={`/alerts/${letter.alertId}`}>alert {letter.alertId.slice(-6)}</a>
        <span>
          recorded <Time at={letter.recordedAt} />, given up <Time at={letter.givenUpAt} />
        </span>
        <span>tried {number(letter.attempts)} ×</span>
      </p>
    </div>
    {mayChange ? <Moves id={id} messageId={letter.messageId} /> : null}
  </li>
);

const Moves: FC<{ id: string; messageId: string }> = ({ id, messageId }) => (
  <span class="moves">
    <form method="post" action={`${pathOf(id)}/replay`}>
      <button class="quiet" name="messageId" value={messageId}>
        Send once more
      </button>
    </form>
    <Deliberate
      name="Forget"
      explanation="It will never be sent. This is recorded in the audit log."
      action={`${pathOf(id)}/${messageId}/forget`}
      button="Forget it"
    />
  </span>
);
