/** Components that many pages share. Form fields are in fields.tsx, badges in badges.tsx. */
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import { formatNumber } from "../../lib/text.ts";
import type { Problem } from "../api.ts";
import { Icon } from "./icons.tsx";
import { withQuery } from "./url.ts";

/** Heading of a page, its parent page (`up`) and its actions (`children`). */
export const PageHead: FC<PropsWithChildren<{ title: Child; up?: { path: string; name: string } }>> = ({
  title,
  up,
  children,
}) => (
  <div class="head">
    {up ? (
      <a class="up" href={up.path}>
        {up.name}
      </a>
    ) : null}
    <h1 dir="auto">{title}</h1>
    {children}
  </div>
);

/** A list of `Fact`: label and value. */
export const Facts: FC<PropsWithChildren> = ({ children }) => <dl class="facts">{children}</dl>;

export const Fact: FC<PropsWithChildren<{ name: string }>> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd dir="auto">{children}</dd>
  </div>
);

/** An alert by its title. @param title null: unknown */
export const AlertLink: FC<{ id: string; title: string | null }> = ({ id, title }) => (
  <a href={`/alerts/${id}`} dir="auto">
    {title ?? `alert ${id.slice(-6)}`}
  </a>
);

/** An error of the API, with the invalid fields. @param hasFocus whether it gets the focus: it stands beside the button that failed */
export const ProblemMessage: FC<{ problem: Problem | null; hasFocus?: boolean }> = ({ problem, hasFocus = false }) =>
  problem ? (
    <div class="error" role="alert" {...(hasFocus && { tabindex: -1, autofocus: true })}>
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
      {problem.errors ? (
        <ul>
          {problem.errors.map(({ pointer, detail }) => (
            <li>
              <code>{pointer}</code> {detail}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  ) : null;

/** Replaces an empty list. */
export const Empty: FC<PropsWithChildren<{ title: string }>> = ({ title, children }) => (
  <div class="empty">
    <p class="title">{title}</p>
    {children}
  </div>
);

/** A page whose form the caller may not use. @param text what they cannot do */
export const NotAllowed: FC<{ title: string; up: { path: string; name: string }; text: string }> = ({
  title,
  up,
  text,
}) => (
  <>
    <PageHead title={title} up={up} />
    <Empty title={text}>
      <p class="muted">Ask an admin of your team.</p>
    </Empty>
  </>
);

/** Text with a button that copies it. */
export const Copyable: FC<{ text: string; name: string; isBlock?: boolean }> = ({ text, name, isBlock = false }) => (
  <span class={isBlock ? "copyable block" : "copyable"}>
    {isBlock ? (
      // tabindex: a scrolling block must be reachable by keyboard.
      <pre tabindex={0} aria-label={name}>
        {text}
      </pre>
    ) : (
      <code>{text}</code>
    )}
    <button type="button" class="quiet" data-copy={text} aria-label={`Copy ${name}`} title={`Copy ${name}`}>
      {isBlock ? (
        "Copy"
      ) : (
        <>
          <Icon name="copy" />
          <Icon name="check" />
        </>
      )}
    </button>
  </span>
);

/**
 * An action that needs a second click: opening `name` shows an explanation and the button that submits.
 * @param isDanger it deletes or ends something
 * @param problem why the action failed; it opens the form
 */
export const ConfirmAction: FC<
  PropsWithChildren<{
    name: string;
    explanation: string;
    action: string;
    button: string;
    isDanger?: boolean;
    problem?: Problem | null;
  }>
> = ({ name, explanation, action, button, isDanger = true, problem = null, children }) => (
  <details class="confirm" open={problem !== null}>
    <summary>{name}</summary>
    <form method="post" action={action}>
      <p>{explanation}</p>
      {children}
      <ProblemMessage problem={problem} hasFocus />
      <button class={isDanger ? "danger" : undefined}>{button}</button>
    </form>
  </details>
);

/** Links to the first and the next page of a list. */
export const Pagination: FC<{ url: string; nextCursor: string | null }> = ({ url, nextCursor }) => {
  const first = new URL(url);
  const isFirst = !first.searchParams.has("cursor");
  first.searchParams.delete("cursor");
  if (isFirst && nextCursor === null) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {isFirst ? null : <a href={first.pathname + first.search}>First page</a>}
      {nextCursor === null ? null : (
        <a rel="next" href={withQuery(first, { cursor: nextCursor })}>
          Next page
        </a>
      )}
    </nav>
  );
};

/** A count; `+` when the API stopped counting. */
export const Count: FC<{ of: { count: number; isAtLeast: boolean } }> = ({ of: { count, isAtLeast } }) => (
  <span class="count">
    {formatNumber(count)}
    {isAtLeast ? "+" : ""}
  </span>
);

/** Rows that a page shows of one delivery, which may have ten thousand events. */
export const MAX_ROWS = 200;

/** Says how many rows a page leaves out. */
export const MoreRows: FC<{ total: number; name: string }> = ({ total, name }) =>
  total <= MAX_ROWS ? null : (
    <p class="muted">
      and {formatNumber(total - MAX_ROWS)} more {name}
    </p>
  );
