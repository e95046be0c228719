/** What the source wrote about an alert. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { isObject } from "../../lib/json.ts";
import { isWebUrl } from "./links.tsx";

type Alert = Schemas["Alert"];

/** The texts that the source wrote about an alert, but for those that are its title or description. */
export function annotationsOf({ metadata, title, description }: Pick<Alert, "metadata" | "title" | "description">) {
  const { annotations } = metadata;
  if (!isObject(annotations)) return [];
  return Object.entries(annotations).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === "string" && entry[1] !== "" && entry[1] !== title && entry[1] !== description,
  );
}

/** A text; an http or https URL is a link. */
export const TextOrLink: FC<{ text: string }> = ({ text }) =>
  isWebUrl(text) ? (
    <a href={text} rel="noreferrer">
      {text}
    </a>
  ) : (
    <span class="text">{text}</span>
  );
