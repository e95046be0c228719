/** The alerts that a silence mutes. The Worker and the browser render them. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { AlertRows } from "../parts/alert-rows.tsx";
import { plural } from "../parts/format.ts";

type Preview = Schemas["SilencePreview"];

/** How many alerts, and the titles of the first. */
export const PreviewSummary: FC<{ preview: Preview; maxTitles: number }> = ({ preview, maxTitles }) => {
  const rest = preview.count - Math.min(maxTitles, preview.data.length);
  return (
    <>
      <strong>
        {preview.isAtLeast ? "At least " : ""}
        {plural(preview.count, "unresolved alert")} will be muted now
      </strong>
      <ul>
        {preview.data.slice(0, maxTitles).map(({ title }) => (
          <li dir="auto">{title}</li>
        ))}
      </ul>
      {rest > 0 ? <p class="muted">and {rest} more</p> : null}
    </>
  );
};

/** The alerts as rows, and how many there are besides. */
export const PreviewRows: FC<{ preview: Preview }> = ({ preview: { count, data } }) => (
  <>
    <AlertRows alerts={data} />
    {count > data.length ? <p class="below muted">and {count - data.length} more</p> : null}
  </>
);
