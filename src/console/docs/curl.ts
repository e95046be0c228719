/** An operation as a command to paste. */
import { type ApiDocument, type Parameter, resolve, type Route } from "./document.ts";
import { exampleOf, exampleOfMedia } from "./example.ts";

/** Stands in the rendered page for the origin under which the reader sees it. */
export const ORIGIN = "https://origin.invalid";

/** Text as it may stand in HTML, also in attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** The curl command of an operation, over several lines. */
export function curlOf(document: ApiDocument, { method, path, operation }: Route): string {
  const parameters = (operation.parameters ?? []).map((given) => resolve<Parameter>(document, given).value);
  const valueOf = ({ example, schema }: Parameter): string =>
    String(example ?? exampleOf(document, schema ?? {}, "request"));
  const filled = parameters
    .filter((parameter) => parameter.in === "path")
    .reduce((url, parameter) => url.replace(`{${parameter.name}}`, encodeURIComponent(valueOf(parameter))), path);
  const query = parameters.filter((parameter) => parameter.in === "query" && parameter.required);
  const search = query.map((parameter) => `${parameter.name}=${encodeURIComponent(valueOf(parameter))}`).join("&");
  const [mediaType, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  return [
    `curl -sS${method === "get" || (method === "post" && media) ? "" : ` -X ${method.toUpperCase()}`} '${ORIGIN}${filled}${search && `?${search}`}'`,
    ...((operation.security ?? document.security).some((way) => way.apiKey)
      ? ['-H "Authorization: Bearer $TOCSIN_KEY"']
      : []),
    ...parameters
      .filter((parameter) => parameter.in === "header" && parameter.required)
      .map((parameter) => `-H ${quote(`${parameter.name}: ${valueOf(parameter)}`)}`),
    ...(mediaType && media
      ? [
          `-H 'Content-Type: ${mediaType}'`,
          `-d ${quote(JSON.stringify(exampleOfMedia(document, media, "request"), null, 2))}`,
        ]
      : []),
  ].join(" \\\n  ");
}

/** A word of a shell command. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
