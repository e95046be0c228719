/**
 * Renders the Markdown of provider setup texts. `marked` only parses: this file renders the kinds of tokens that it knows, and shows
 * everything else, HTML too, as text.
 */
import type { Child, FC } from "hono/jsx";
import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";
import { Copyable } from "./components.tsx";

/** @param values texts that people copy, such as the URL and the secret: code that contains one has a button that copies it */
export const Markdown: FC<{ text: string; values?: readonly string[] }> = ({ text, values = [] }) => (
  <>{render(new Lexer({ gfm: true }).lex(text), values)}</>
);

const render = (tokens: readonly Token[], values: readonly string[]): Child[] =>
  tokens.map((token) => renderToken(token as MarkedToken, values));

function renderToken(token: MarkedToken, values: readonly string[]): Child {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "paragraph":
      return <p>{render(token.tokens, values)}</p>;
    case "heading":
      return <h3>{render(token.tokens, values)}</h3>;
    case "code":
      return <Copyable text={token.text} name="code" isBlock />;
    case "list":
      return <List list={token} values={values} />;
    case "table":
      return <Table table={token} values={values} />;
    case "strong":
      return <strong>{render(token.tokens, values)}</strong>;
    case "em":
      return <em>{render(token.tokens, values)}</em>;
    case "codespan":
      return values.some((value) => token.text.includes(value)) ? (
        <Copyable text={token.text} name={token.text} />
      ) : (
        <code>{token.text}</code>
      );
    case "link":
      return token.href.startsWith("https://") ? <a href={token.href}>{render(token.tokens, values)}</a> : token.raw;
    case "br":
      return <br />;
    case "escape":
      return token.text;
    case "text":
      return token.tokens ? render(token.tokens, values) : token.text;
    default:
      return token.raw;
  }
}

const List: FC<{ list: Tokens.List; values: readonly string[] }> = ({ list: { ordered, start, items }, values }) => {
  const rendered = items.map(({ tokens }) => <li>{render(tokens, values)}</li>);
  if (!ordered) return <ul>{rendered}</ul>;
  return start === "" || start === 1 ? <ol>{rendered}</ol> : <ol start={start}>{rendered}</ol>;
};

const Table: FC<{ table: Tokens.Table; values: readonly string[] }> = ({ table: { header, rows }, values }) => (
  // tabindex: a table that scrolls must be reachable by keyboard.
  <div class="scroll" tabindex={0} role="region" aria-label="Table">
    <table>
      <thead>
        <tr>
          {header.map(({ tokens }) => (
            <th scope="col">{render(tokens, values)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells) => (
          <tr>
            {cells.map(({ tokens }) => (
              <td>{render(tokens, values)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
