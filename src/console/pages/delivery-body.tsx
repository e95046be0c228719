/** The original body of a delivery. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { readText } from "../../lib/charset.ts";
import { inflate } from "../../lib/content-encoding.ts";
import { Copyable } from "../parts/components.tsx";
import { formatBytes } from "../parts/format.ts";
import { indentJson } from "../parts/indent-json.ts";

type Delivery = Schemas["Delivery"];

/** Pages show bodies up to this size. Larger ones can be downloaded. */
export const MAX_SHOWN_BYTES = 256 * 1024;

/** The body as text, in its charset and without its Content-Encoding; null: it is no text. */
export function bodyText(
  { contentType, headers }: Pick<Delivery, "contentType" | "headers">,
  bytes: Uint8Array<ArrayBuffer>,
): string | null {
  const encoding = (headers as Record<string, string>)["content-encoding"] ?? null;
  const content = inflate(bytes, encoding, MAX_SHOWN_BYTES);
  if (typeof content === "string") return null;
  const text = readText(content, contentType);
  return text.includes("\0") ? null : text;
}

/** @param bytes what is stored of the body; null: it is too large to show */
export const DeliveryBody: FC<{ delivery: Delivery; bytes: Uint8Array<ArrayBuffer> | null }> = ({
  delivery,
  bytes,
}) => {
  const isStored = bytes?.length !== 0;
  const text = isStored && bytes ? bodyText(delivery, bytes) : null;
  const indented = text && indentJson(text);
  return (
    <section>
      <div class="section-head">
        <h2>
          Body{" "}
          <span class="muted">
            {sizeOf(delivery)}
            {delivery.contentType === null ? "" : `, ${delivery.contentType}`}
            {delivery.isBodyCut ? ", truncated" : ""}
          </span>
        </h2>
        {isStored ? (
          <a href={`/v1/deliveries/${delivery.id}/payload`} download>
            Download original
          </a>
        ) : null}
      </div>
      {text ? (
        <>
          <Copyable text={indented ?? text} name={indented ? "indented body" : "original body"} isBlock />
          {indented && indented !== text ? (
            <details>
              <summary>Original bytes</summary>
              <Copyable text={text} name="original body" isBlock />
            </details>
          ) : null}
        </>
      ) : (
        <p class="muted">{whyNotShown(delivery, bytes)}</p>
      )}
    </section>
  );
};

/** Why a body is not shown as text. @param bytes as in DeliveryBody */
function whyNotShown({ bodyBytes }: Delivery, bytes: Uint8Array | null): string {
  if (bytes === null) return "The body is too large to show.";
  if (bytes.length > 0) return "The body is not text.";
  return bodyBytes === 0 ? "The request had no body." : "The body is not stored.";
}

/** The size of the body. Only that of a body over the limit can be unknown. */
const sizeOf = ({ bodyBytes }: Delivery): string =>
  bodyBytes === null ? "over the limit of 1 MiB, size unknown" : formatBytes(bodyBytes);
