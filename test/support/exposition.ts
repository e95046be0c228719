/** A strict parser of the Prometheus text format 0.0.4: everything that a scraper could reject is an error. */

export interface ReadSample {
  labels: Record<string, string>;
  value: number;
}

export interface ReadFamily {
  type: string;
  help: string;
  samples: ReadSample[];
}

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$/s;
const PAIR = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/gy;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;

/** Parses metrics, by name. @throws Error with the invalid line */
export function readExposition(text: string): Map<string, ReadFamily> {
  const families = new Map<string, ReadFamily>();
  if (text === "") return families;
  if (!text.endsWith("\n")) throw new Error("the last line is not terminated");
  const seen = new Set<string>();
  let current: { name: string; help?: string } = { name: "" };
  for (const line of text.slice(0, -1).split("\n")) {
    const fail = (why: string) => new Error(`${why}: ${line}`);
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/s.exec(line) ?? [];
    if (keyword === "HELP") {
      if (!METRIC.test(name) || families.has(name)) throw fail("not a new metric name");
      current = { name, help: unescaped(rest, /\\([\\n])/g) };
    } else if (keyword === "TYPE") {
      if (current.name !== name || current.help === undefined) throw fail("TYPE without HELP");
      if (!["counter", "gauge"].includes(rest)) throw fail("unknown type");
      if ((rest === "counter") !== name.endsWith("_total")) throw fail("exactly counters end in _total");
      families.set(name, { type: rest, help: current.help, samples: [] });
      current = { name };
    } else {
      const [, metric = "", pairs, value = ""] = LINE.exec(line) ?? [];
      const family = families.get(metric);
      if (!family || metric !== current.name) throw fail("a sample of another metric");
      if (!VALUE.test(value)) throw fail("not a number");
      const labels = pairs === undefined ? {} : readLabels(pairs, fail);
      const series = JSON.stringify([metric, Object.entries(labels).toSorted()]);
      if (seen.has(series)) throw fail("duplicate series");
      seen.add(series);
      family.samples.push({ labels, value: Number(value.replace("Inf", "Infinity")) });
    }
  }
  for (const [name, { samples }] of families) if (samples.length === 0) throw new Error(`${name} has no sample`);
  return families;
}

function readLabels(text: string, fail: (why: string) => Error): Record<string, string> {
  const labels: Record<string, string> = {};
  PAIR.lastIndex = 0;
  let end = 0;
  for (let pair = PAIR.exec(text); pair; pair = PAIR.exec(text)) {
    const [, name = "", value = ""] = pair;
    if (name.startsWith("__") || Object.hasOwn(labels, name)) throw fail(`invalid label ${name}`);
    labels[name] = unescaped(value, /\\(["\\n])/g);
    end = PAIR.lastIndex;
  }
  if (end !== text.length || text.endsWith(",")) throw fail("invalid labels");
  return labels;
}

const unescaped = (text: string, escapes: RegExp): string =>
  text.replace(escapes, (_, escape: string) => (escape === "n" ? "\n" : escape));
