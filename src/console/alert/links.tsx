/** The links of an alert: to its source, runbook, dashboards. The Worker and the browser render them. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { isObject } from "../../lib/json.ts";

type Alert = Schemas["Alert"];

interface ExternalLink {
  name: string;
  url: string;
}

/** Links that responders want, and the fields of the metadata that have them. */
const LINKS: readonly (readonly [name: string, fields: readonly string[]])[] = [
  ["Runbook", ["runbook_url", "runbookUrl", "runbookURL", "runbook"]],
  ["Dashboard", ["dashboard_url", "dashboardURL", "dashboardUrl", "dashboard"]],
  ["Panel", ["panel_url", "panelURL", "panelUrl"]],
  ["Graph", ["generatorURL", "generator_url"]],
  ["Silence at the source", ["silenceURL", "silence_url", "silenceUrl"]],
];

/** The link to the source, and those in the metadata. A source can send any text: only http and https are links. */
export function linksOf({ url, metadata }: Pick<Alert, "url" | "metadata">): ExternalLink[] {
  const found = LINKS.flatMap(([name, fields]) => {
    const link = fields.flatMap((field) => textsIn(metadata, field)).find(isWebUrl);
    return link === undefined ? [] : [{ name, url: link }];
  });
  const source = url !== null && isWebUrl(url) ? [{ name: "Open in source", url }] : [];
  const urls = new Set<string>();
  return [...source, ...found].filter((link) => !urls.has(link.url) && urls.add(link.url));
}

/** Values of a field of the metadata, of its annotations, and of its labels. */
const textsIn = (metadata: Alert["metadata"], field: string): string[] =>
  [metadata, metadata["annotations"], metadata["commonAnnotations"], metadata["labels"], metadata["links"]].flatMap(
    (object) => {
      const value = isObject(object) ? object[field] : undefined;
      return typeof value === "string" ? [value] : [];
    },
  );

export function isWebUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "https:" || protocol === "http:";
}

export const AlertLinks: FC<{ alert: Pick<Alert, "url" | "metadata"> }> = ({ alert }) => {
  const links = linksOf(alert);
  if (links.length === 0) return null;
  return (
    <p class="buttons">
      {links.map(({ name, url }) => (
        <a class="button quiet" href={url} rel="noreferrer" target="_blank" title={url}>
          {name}
        </a>
      ))}
    </p>
  );
};
