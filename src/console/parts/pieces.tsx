/** What pages are put together from. */
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import type { Problem } from "../api.ts";

/** The head of a page: its name, and what can be done there. */
export const Head: FC<PropsWithChildren<{ title: Child; up?: { path: string; name: string } }>> = ({
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

/** Facts, each under its name. */
export const Facts: FC<PropsWithChildren> = ({ children }) => <dl class="facts">{children}</dl>;

export const Fact: FC<PropsWithChildren<{ name: string }>> = ({ name, children }) => (
  <div>
    <dt>{name}</dt>
    <dd dir="auto">{children}</dd>
  </div>
);

/** Why something was refused, with the fields that are wrong. */
export const RejectionClass: FC<{ problem: Problem | null }> = ({ problem }) =>
  problem ? (
    <div class="refusal" role="alert">
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

/** What stands where there is nothing to show. */
export const Empty: FC<PropsWithChildren<{ title: string }>> = ({ title, children }) => (
  <div class="empty">
    <p class="title">{title}</p>
    {children}
  </div>
);

/** Text to be taken along, with a button that copies it. */
export const Copyable: FC<{ text: string; name: string; isBlock?: boolean }> = ({ text, name, isBlock = false }) => (
  <span class={isBlock ? "copyable block" : "copyable"}>
    {isBlock ? (
      // It scrolls, so it must be reachable by keyboard.
      <pre tabindex={0} aria-label={name}>
        {text}
      </pre>
    ) : (
      <code>{text}</code>
    )}
    <button type="button" class="quiet" data-copy={text} aria-label={`Copy ${name}`}>
      Copy
    </button>
  </span>
);

/** A field of a form under its name. */
export const Field: FC<PropsWithChildren<{ name: string; hint?: string }>> = ({ name, hint, children }) => (
  <label class="field">
    <span class="name">{name}</span>
    {children}
    {hint === undefined ? null : <span class="hint">{hint}</span>}
  </label>
);

/** A choice from a list. */
export const Select: FC<{
  name: string;
  value?: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
  label?: string;
}> = ({ name, value = "", options, label }) => (
  <select name={name} {...(label !== undefined && { "aria-label": label })}>
    {options.map(([option, text]) => (
      <option value={option} selected={option === value}>
        {text}
      </option>
    ))}
  </select>
);

/** Any number of choices, all in readScope. */
export const Choices: FC<{
  name: string;
  legend: string;
  options: readonly (readonly [value: string, label: string])[];
  chosen: readonly string[] | undefined;
}> = ({ name, legend, options, chosen = [] }) => (
  <fieldset class="choices">
    <legend>{legend}</legend>
    {options.map(([option, text]) => (
      <label>
        <input type="checkbox" name={name} value={option} checked={chosen.includes(option)} /> {text}
      </label>
    ))}
  </fieldset>
);

/** Something that cannot be undone: the button comes out only when it is asked for. */
export const Deliberate: FC<
  PropsWithChildren<{ name: string; explanation: string; action: string; button: string }>
> = ({ name, explanation, action, button, children }) => (
  <details class="deliberate">
    <summary>{name}</summary>
    <form method="post" action={action}>
      <p>{explanation}</p>
      {children}
      <button class="danger">{button}</button>
    </form>
  </details>
);

/** The way to the next page of a list, and back to its beginning. */
export const Pages: FC<{ url: string; nextCursor: string | null }> = ({ url, nextCursor }) => {
  const first = new URL(url);
  const isFirst = !first.searchParams.has("cursor");
  first.searchParams.delete("cursor");
  if (isFirst && nextCursor === null) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {isFirst ? null : <a href={first.pathname + first.search}>Back to the first</a>}
      {nextCursor === null ? null : (
        <a rel="next" href={withQuery(first, { cursor: nextCursor })}>
          Next page
        </a>
      )}
    </nav>
  );
};

/** An address with other query parameters; undefined takes one away. The notice of what was done stays behind. */
export function withQuery(url: URL | string, changes: Record<string, string | readonly string[] | undefined>): string {
  const changed = new URL(url);
  changed.searchParams.delete("done");
  for (const [name, value] of Object.entries(changes)) {
    changed.searchParams.delete(name);
    if (value !== undefined) for (const one of [value].flat()) changed.searchParams.append(name, one);
  }
  return changed.pathname + changed.search;
}

/** A count that may have been broken off. */
export const Count: FC<{ of: { count: number; isAtLeast: boolean } }> = ({ of: { count, isAtLeast } }) => (
  <span class="count">
    {number(count)}
    {isAtLeast ? "+" : ""}
  </span>
);

/** A number with its thousands set apart. */
export const number = (value: number): string => value.toLocaleString("en");

/** A size in the unit that reads best. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
