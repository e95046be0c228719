/** One operation: where, for whom, what it takes and gives. */
import type { FC } from "hono/jsx";
import { curlOf } from "./curl.ts";
import { type Answer, type ApiDocument, type Parameter, resolve, type Route, type Schema } from "./document.ts";
import { exampleOfMedia } from "./example.ts";
import { Inline, Paragraphs } from "../parts/markdown.tsx";
import { BodySchema, Field } from "./schema.tsx";

const PROBLEM = "application/problem+json";

export const Method: FC<{ method: string }> = ({ method }) => (
  <span class={`method ${method}`}>{method === "delete" ? "DEL" : method.toUpperCase()}</span>
);

const isError = ([status]: [string, Answer]) => status.startsWith("4") || status.startsWith("5");

export const OperationSection: FC<{ document: ApiDocument; route: Route }> = ({ document, route }) => {
  const { method, path, operation } = route;
  const { operationId, summary, description, requestBody, responses } = operation;
  const [bodyType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const answers = Object.entries(responses);
  const good = answers.filter((answer) => !isError(answer));
  return (
    <article id={operationId}>
      <header>
        <h3>
          <a href={`#${operationId}`}>
            <Inline text={summary} />
          </a>
        </h3>
        <p class="route">
          <Method method={method} />
          <code>{breakable(path)}</code>
        </p>
        <Needs document={document} route={route} />
      </header>
      <div class="columns">
        <div>
          {description === undefined ? null : <Paragraphs text={description} />}
          <Parameters document={document} route={route} />
          {body?.schema ? (
            <>
              <h4>
                Body <span class="type">{bodyType}</span>
              </h4>
              {requestBody?.description === undefined ? null : <Paragraphs text={requestBody.description} />}
              <BodySchema document={document} schema={body.schema} />
            </>
          ) : null}
          <h4>Answers</h4>
          {good.map(([status, answer]) => (
            <GoodAnswer document={document} status={status} answer={answer} />
          ))}
          <Errors answers={answers.filter(isError)} />
        </div>
        <Samples document={document} route={route} good={good} />
      </div>
    </article>
  );
};

/** What the caller must have. */
const Needs: FC<{ document: ApiDocument; route: Route }> = ({ document, route: { operation } }) => {
  const ways = operation.security ?? document.security;
  const scopes = [...new Set(ways.flatMap((way) => Object.values(way).flat()))];
  return (
    <p class="requireScope">
      {ways.length === 0 ? "requireScope no key" : null}
      {ways.length > 0 && scopes.length === 0 ? whoMay(ways) : null}
      {scopes.length > 0 ? "requireScope " : null}
      {scopes.map((scope) => (
        <code>{scope}</code>
      ))}
    </p>
  );
};

function whoMay(ways: Record<string, string[]>[]): string {
  const names = new Set(ways.flatMap((way) => Object.keys(way)));
  if (!names.has("apiKey")) return "requireScope a session";
  return names.has("session") ? "requireScope any key or a session" : "requireScope any key";
}

const PLACES = { path: "In the path", query: "In the query", header: "Headers", cookie: "Cookies" } as const;

const Parameters: FC<{ document: ApiDocument; route: Route }> = ({ document, route: { operation } }) => {
  const all = (operation.parameters ?? []).map((given) => resolve<Parameter>(document, given).value);
  return (
    <>
      {(["path", "query", "header", "cookie"] as const)
        .map((place) => ({ place, here: all.filter((parameter) => parameter.in === place) }))
        .filter(({ here }) => here.length > 0)
        .map(({ place, here }) => (
          <>
            <h4>{PLACES[place]}</h4>
            <dl>
              {here.map((parameter) => (
                <Field
                  document={document}
                  name={parameter.style === "deepObject" ? `${parameter.name}[…]` : parameter.name}
                  schema={withExample(document, parameter)}
                  isRequired={parameter.required ?? false}
                  description={parameter.description}
                />
              ))}
            </dl>
          </>
        ))}
    </>
  );
};

/** A parameter's schema, with the example that stands beside it. */
function withExample(document: ApiDocument, { schema = {}, example }: Parameter): Schema {
  const { value } = resolve<Schema>(document, schema);
  return example === undefined ? value : { ...value, example };
}

const GoodAnswer: FC<{ document: ApiDocument; status: string; answer: Answer }> = ({ document, status, answer }) => {
  const [mediaType, media] = Object.entries(answer.content ?? {})[0] ?? [];
  const headers = Object.entries(answer.headers ?? {});
  const title = (
    <>
      <span class="status">{status}</span> <Inline text={answer.description} />{" "}
      {mediaType === undefined ? null : <span class="type">{mediaType}</span>}
    </>
  );
  if (!media?.schema && headers.length === 0) return <p class="answer">{title}</p>;
  return (
    <details class="answer">
      <summary>{title}</summary>
      {headers.length === 0 ? null : (
        <dl>
          {headers.map(([name, header]) => (
            <Field
              document={document}
              name={name}
              schema={header.schema ?? {}}
              isRequired={false}
              description={header.description}
            />
          ))}
        </dl>
      )}
      {media?.schema ? <BodySchema document={document} schema={media.schema} /> : null}
    </details>
  );
};

/** All errors look alike, so their statuses suffice. */
const Errors: FC<{ answers: [string, Answer][] }> = ({ answers }) =>
  answers.length === 0 ? null : (
    <ul class="errors">
      {answers.map(([status, { description, content }]) => (
        <li>
          <span class="status bad">{status}</span> <Inline text={description} />
          {content && !content[PROBLEM] ? <span class="type"> {Object.keys(content).join(", ")}</span> : null}
        </li>
      ))}
    </ul>
  );

const Samples: FC<{ document: ApiDocument; route: Route; good: [string, Answer][] }> = ({ document, route, good }) => {
  const [status, answer] = good.find(([, { content }]) => content?.["application/json"]?.schema) ?? [];
  const media = answer?.content?.["application/json"];
  return (
    <div class="samples">
      <pre tabindex={0} aria-label="Example request">
        <code>{curlOf(document, route)}</code>
      </pre>
      {media ? (
        <details>
          <summary>
            Example of <span class="status">{status}</span>
          </summary>
          <pre tabindex={0} aria-label="Example answer">
            <code>{JSON.stringify(exampleOfMedia(document, media, "response"), null, 2)}</code>
          </pre>
        </details>
      ) : null}
    </div>
  );
};

/** A path that may break after each slash. */
const breakable = (path: string) =>
  path.split(/(?<=\/)/).map((part) => (
    <>
      {part}
      <wbr />
    </>
  ));
