import type { FC } from "hono/jsx";

const FORMATS = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof FORMATS)[number];

/** Links that download all rows of a list, in each format. */
export const ExportLinks: FC<{ urlOf: (format: ExportFormat) => string }> = ({ urlOf }) => (
  <span class="exports">
    <span>Export</span>
    {FORMATS.map((format) => (
      <a href={urlOf(format)} download aria-label={`Export as ${format.toUpperCase()}`}>
        {format.toUpperCase()}
      </a>
    ))}
  </span>
);
