/** The query of the alert list: its field, its terms as chips, and what is wrong with it. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { printTerms, type QueryTerm } from "../../alerts/query/syntax.ts";
import { Icon } from "../parts/icons.tsx";
import { listUrl } from "./list-url.ts";
import { termsOf, withoutTerm } from "./query-text.ts";

interface QueryBarProps {
  url: string;
  query: string;
  error: { message: string; offset: number } | null;
  names: ReadonlyMap<string, string>;
  /** Parameters of the URL that the form keeps. */
  kept: Record<string, string | undefined>;
}

export const QueryBar: FC<PropsWithChildren<QueryBarProps>> = ({ url, query, error, names, kept, children }) => (
  <form method="get" action="/alerts" class="query" role="search">
    {Object.entries(kept).map(([name, value]) =>
      value === undefined ? null : <input type="hidden" name={name} value={value} />,
    )}
    <div class="query-field">
      <Icon name="search" />
      <input
        type="search"
        name="query"
        id="query"
        value={query}
        maxlength={2000}
        placeholder="severity:critical label.service:checkout disk full"
        aria-label="Filter alerts"
        aria-describedby="query-error"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        data-key="/"
        data-completion="alerts"
        {...(error && { "aria-invalid": "true" as const })}
      />
      <button class="without-script">Filter</button>
    </div>
    {children}
    <div id="query-error" class="query-error" role="status">
      {error ? <QueryFault query={query} {...error} /> : null}
    </div>
    <QueryChips url={url} query={query} names={names} />
  </form>
);

/** What is wrong with a query, with the place marked. */
const QueryFault: FC<{ query: string; message: string; offset: number }> = ({ query, message, offset }) => (
  <>
    <code>
      {query.slice(Math.max(0, offset - 30), offset)}
      <mark>{query.slice(offset, offset + 20) || " "}</mark>
    </code>{" "}
    Position {offset + 1}: {message}.
  </>
);

const QueryChips: FC<Pick<QueryBarProps, "url" | "query" | "names">> = ({ url, query, names }) => {
  const terms = termsOf(query);
  if (terms.length === 0) return null;
  return (
    <ul class="chips" aria-label="Conditions">
      {terms.map((term, index) => {
        const text = chipText(term, names);
        return (
          <li>
            <a class="chip" href={listUrl(url, { query: withoutTerm(query, index) })} aria-label={`Remove ${text}`}>
              {text} <Icon name="close" />
            </a>
          </li>
        );
      })}
      <li>
        <a class="clear" href={listUrl(url, { query: undefined })}>
          Clear
        </a>
      </li>
    </ul>
  );
};

/** A term with the names of integrations in place of their ids. */
const chipText = (term: QueryTerm, names: ReadonlyMap<string, string>): string =>
  printTerms([
    term.field === "integration"
      ? { ...term, values: term.values.map((value) => ({ ...value, text: names.get(value.text) ?? value.text })) }
      : term,
  ]);
