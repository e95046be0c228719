/** Members that a body may contain although no sender documents them. They are added at the front of its first object. */
export const ODD_MEMBERS: Readonly<Record<string, string>> = {
  "a megabyte": `"odd":"${"x".repeat(1_000_000)}"`,
  "500 levels": `"odd":${"[".repeat(500)}${"]".repeat(500)}`,
  "a NUL": String.raw`"odd":"a\u0000b","title":"\u0000"`,
  "a lone surrogate": String.raw`"odd":"\ud800","na\udfffme":"\ud800"`,
  "a key twice": '"odd":1,"odd":2',
  "a number past 2^53": '"odd":123456789012345678901234567890,"far":1e400',
};

/** The text of a sample body with odd members in its first object. */
export function withOddMembers(sample: unknown, members: string): string {
  const text = typeof sample === "string" ? sample : JSON.stringify(sample);
  return text.replace(/\{/, () => `{${members},`);
}

/** A sample body in windows-1252, with a member that is not UTF-8 in its first object. */
export const inWindows1252 = (sample: unknown): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(withOddMembers(sample, '"odd":"B\u00fcro"'), (char) => char.charCodeAt(0));

const many = <T>(make: (i: number) => T) => Array.from({ length: 10_000 }, (_, i) => make(i));

/** Bodies of 10,000 events, by provider. */
export const LARGE_BATCHES: Readonly<Record<string, () => unknown>> = {
  generic: () => many((i) => ({ id: i, title: "x" })),
  alertmanager: () => ({ alerts: many((i) => ({ labels: { n: i } })) }),
  cloudevents: () =>
    many((i) => ({ specversion: "1.0", id: i, source: "s", type: "t", subject: `${i}`, data: { title: "x" } })),
  custom: () => many((i) => ({ id: i, title: "x" })),
};
