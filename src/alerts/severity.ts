import type { Severity } from "./model.ts";

/** Common words of monitoring tools for the five severities; lower case, without separators. */
const WORDS: ReadonlyMap<string, Severity> = new Map(
  Object.entries({
    critical: "CRITICAL",
    crit: "CRITICAL",
    fatal: "CRITICAL",
    emergency: "CRITICAL",
    emerg: "CRITICAL",
    alert: "CRITICAL",
    panic: "CRITICAL",
    disaster: "CRITICAL",
    blocker: "CRITICAL",
    page: "CRITICAL",
    p1: "CRITICAL",
    p0: "CRITICAL",
    sev0: "CRITICAL",
    sev1: "CRITICAL",
    s1: "CRITICAL",
    high: "HIGH",
    error: "HIGH",
    err: "HIGH",
    major: "HIGH",
    severe: "HIGH",
    urgent: "HIGH",
    p2: "HIGH",
    sev2: "HIGH",
    s2: "HIGH",
    medium: "MEDIUM",
    moderate: "MEDIUM",
    warning: "MEDIUM",
    warn: "MEDIUM",
    average: "MEDIUM",
    normal: "MEDIUM",
    p3: "MEDIUM",
    sev3: "MEDIUM",
    s3: "MEDIUM",
    low: "LOW",
    minor: "LOW",
    notice: "LOW",
    p4: "LOW",
    sev4: "LOW",
    s4: "LOW",
    info: "INFO",
    information: "INFO",
    informational: "INFO",
    debug: "INFO",
    trace: "INFO",
    verbose: "INFO",
    none: "INFO",
    ok: "INFO",
    okay: "INFO",
    success: "INFO",
    good: "INFO",
    clear: "INFO",
    p5: "INFO",
    sev5: "INFO",
    s5: "INFO",
  } satisfies Record<string, Severity>),
);

/** Reads a severity from the common words of tools (`P1`, `SEV-2`, `page`, `warn` …); null: unknown word. */
export function parseSeverity(word: string): Severity | null {
  const plain = word.toLowerCase().replaceAll(/[\s_-]/g, "");
  // `severity1` and `priority2` are long forms of `sev1` and `p2`.
  const short = plain.replace(/^severity(?=\d$)/, "sev").replace(/^priority(?=\d$)/, "p");
  return WORDS.get(short) ?? null;
}
