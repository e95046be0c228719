/** The Prometheus text format. https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md */

export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Samples of one metric. */
export interface Family {
  name: string;
  /** A counter only rises, except at a restart. */
  type: "counter" | "gauge";
  help: string;
  samples: readonly Sample[];
}

/** The media type of `exposition`. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics in the Prometheus text format 0.0.4. Metrics without samples are omitted. */
export const exposition = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) =>
      [`# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`, ...samples.map((one) => line(name, one))].join(""),
    )
    .join("");

function line(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${number(value)}\n`;
}

const escaped = (text: string): string => text.toWellFormed().replaceAll("\\", "\\\\").replaceAll("\n", "\\n");

const number = (value: number): string => (value === Infinity ? "+Inf" : String(value).replace("Infinity", "Inf"));
