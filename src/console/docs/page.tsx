import type { FC } from "hono/jsx";
import { type ApiDocument, routesOf } from "./document.ts";
import { Inline, Paragraphs } from "../parts/markdown.tsx";
import { Method, OperationSection } from "./operation.tsx";
import { BodySchema } from "./schema.tsx";
import { STYLE } from "./style.ts";

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23c2410c' d='M8 1a5 5 0 0 0-5 5v4l-1.500 2h13L13 10V6a5 5 0 0 0-5-5zM6 13a2 2 0 0 0 4 0z'/%3E%3C/svg%3E";

/** The whole page. */
export const DocsPage: FC<{ document: ApiDocument }> = ({ document }) => {
  const tags = document.tags
    .map((tag) => ({ ...tag, routes: routesOf(document, tag.name) }))
    .filter(({ routes }) => routes.length > 0);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{document.info.title} API</title>
        <link rel="icon" href={ICON} />
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <a class="skip" href="#top">
          To the content
        </a>
        <nav aria-label="Operations">
          <p class="brand">
            <a href="#top">{document.info.title} API</a> <span class="type">{document.info.version}</span>
          </p>
          {tags.map(({ name, routes }) => (
            <section>
              <p class="tag">
                <a href={`#tag-${name}`}>{name}</a>
              </p>
              <ul>
                {routes.map(({ method, path, operation }) => (
                  <li>
                    <a href={`#${operation.operationId}`} title={operation.summary}>
                      <Method method={method} />
                      <span class="path">{path}</span>
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </nav>
        <main id="top">
          <section class="intro">
            <h1>{document.info.title} API</h1>
            <Paragraphs text={document.info.description} />
            <p>
              The same for programs: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).
            </p>
            <details>
              <summary>The fields of an error</summary>
              <BodySchema document={document} schema={{ $ref: "#/components/schemas/Problem" }} />
            </details>
          </section>
          {tags.map(({ name, description, routes }) => (
            <section id={`tag-${name}`} class="group">
              <h2>{name}</h2>
              <p>
                <Inline text={description} />.
              </p>
              {/* For small screens, where the menu has the tags alone. */}
              <ul class="index">
                {routes.map(({ method, operation }) => (
                  <li>
                    <a href={`#${operation.operationId}`}>
                      <Method method={method} />
                      <span>
                        <Inline text={operation.summary} />
                      </span>
                    </a>
                  </li>
                ))}
              </ul>
              {routes.map((route) => (
                <OperationSection document={document} route={route} />
              ))}
            </section>
          ))}
        </main>
      </body>
    </html>
  );
};
