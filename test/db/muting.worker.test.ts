import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { inArray, sql } from "drizzle-orm";
import { beforeAll, describe, expect } from "vitest";
import { isMatch, muteOf, type MutableAlert, type Silence } from "../../src/alerts/muting.ts";
import { SEVERITIES } from "../../src/alerts/model.ts";
import { RegexError, checkRegex, matchesRegex } from "../../src/alerts/shared-regex.ts";
import { connect } from "../../src/db/client.ts";
import type { StoredMute } from "../../src/db/muting.ts";
import { silences } from "../../src/db/schema.ts";
import { newId } from "../../src/lib/ids.ts";
import { MINUTE } from "../../src/lib/time.ts";
import { insertFixtures, INTEGRATION_IDS, TEAM_IDS } from "./list-fixtures.ts";

const START = Date.UTC(2026, 0, 1);
const minute = fc.integer({ min: 0, max: 20 }).map((n) => new Date(START + n * MINUTE));

const value = fc.constantFrom(
  "",
  "a",
  "b",
  "3",
  "0.5",
  "true",
  "CRITICAL",
  "x:y",
  "é",
  "two\nlines",
  INTEGRATION_IDS[0]!,
);
const name = fc.constantFrom(
  "service",
  "env",
  "labels",
  "tags",
  "a",
  "x",
  "tocsin_severity",
  "tocsin_integration",
  "tocsin_alert_key",
);

const scalar = fc.oneof(value, fc.constantFrom(3, 0.5, 1e21, 1.5e-7, true, null, [], {}));
const fields = fc.dictionary(name, scalar, { maxKeys: 4 });
const metadata = fc.oneof(
  fields,
  fc.record({ labels: fields }),
  fc.record({ tags: fields, service: scalar }),
  fc.record({
    tags: fc.array(
      fc.oneof(
        value,
        fc.tuple(name, value).map((pair) => pair.join(":")),
        fc.constant(7),
      ),
    ),
    env: scalar,
  }),
);

const alert: fc.Arbitrary<MutableAlert> = fc.record({
  teamId: fc.constantFrom(null, ...TEAM_IDS),
  integrationId: fc.constantFrom(...INTEGRATION_IDS),
  alertKey: fc.constantFrom(null, "", "a"),
  severity: fc.constantFrom(...SEVERITIES),
  snoozedUntil: fc.option(minute),
  metadata,
});

const matcher = fc.oneof(
  fc.record({ name, value, isRegex: fc.constant(false), isEqual: fc.boolean() }),
  fc.record({
    name,
    value: fc.constantFrom("a|b", ".*", ".+", "two.lines", "[^a]+", String.raw`\d|true`, "CRIT.*|HIGH", ""),
    isRegex: fc.constant(true),
    isEqual: fc.boolean(),
  }),
);

const silence: fc.Arbitrary<Silence> = fc
  .record({
    teamId: fc.constantFrom(null, ...TEAM_IDS),
    matchers: fc.array(matcher, { minLength: 1, maxLength: 3 }),
    times: fc.tuple(minute, minute).map((times) => times.toSorted((a, b) => a.getTime() - b.getTime())),
  })
  .map(({ times, ...rest }) => ({ ...rest, id: newId(), startsAt: times[0]!, endsAt: times[1]! }));

describe("alert_mute", () => {
  beforeAll(insertFixtures);

  property.prop(
    [
      fc.array(alert, { minLength: 1, maxLength: 8 }),
      fc.array(silence, { maxLength: 6 }),
      fc.array(minute, { minLength: 1, maxLength: 6 }),
    ],
    {
      numRuns: 80,
    },
  )("mutes an alert exactly while it is snoozed or an active silence matches", async (given, silenceRows, times) => {
    const db = connect(env);
    const rows = times.flatMap((at) => given.map((one) => ({ ...one, at })));
    const select = db.execute<{ mute: StoredMute | null }>(sql`
      select alert_mute((select active_silences(row.at)), row.at, row."snoozedUntil", row."teamId", row."integrationId", row."alertKey",
        row.severity, row.metadata) as mute
      from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as item (json, position),
        jsonb_to_record(item.json) as row (at timestamptz, "snoozedUntil" timestamptz, "teamId" uuid, "integrationId" uuid, "alertKey" text,
          severity alert_severity, metadata jsonb)
      order by item.position`);
    const insert = silenceRows.map((row) =>
      db.insert(silences).values({ ...row, matchers: [...row.matchers], comment: "", createdBy: "api:root" }),
    );
    // In one transaction, so that no other test sees them.
    const results = await db.batch([
      select,
      ...insert,
      select,
      db.delete(silences).where(inArray(silences.id, [newId(), ...silenceRows.map(({ id }) => id)])),
    ]);
    const found = (results.at(-2) as Awaited<typeof select>).rows;
    expect(found).toHaveLength(rows.length);
    for (const [index, row] of rows.entries()) {
      const mute = muteOf(row, silenceRows, row.at);
      const stored = found[index]!.mute;
      expect(stored && { until: new Date(stored.until), silencedBy: stored.silencedBy }).toEqual(mute);
      const isSilenced = silenceRows.some((one) => isMatch(one, row) && one.startsAt <= row.at && row.at < one.endsAt);
      expect(mute !== null).toBe(isSilenced || (row.snoozedUntil ?? row.at) > row.at);
    }
  });
});

const PARTS =
  String.raw`a b c A 0 _ é 🙂 - . * + ? ( ) (?: [ [^ ] | ^ $ {1} {2,} {0,3} {,2} { } \d \D \w \W \s \n \t \r \. \\ \- \] \[ \{
  , : = / [:alpha:] [:digit:] [:space:] [:punct:] [:upper:] [:lower:] [:alnum:] [:blank:] [:xdigit:] a-c \_ \/ \" \& \~ \< \' \@ \#`
    .split(/\s+/)
    .concat(" ", "\n", "\t");
const pattern = fc.array(fc.constantFrom(...PARTS), { maxLength: 8 }).map((parts) => parts.join(""));
const patterns = fc.oneof(
  pattern,
  fc.tuple(pattern, pattern).map(([a, b]) => `(${a}|${b})*`),
  pattern.map((inside) => `[${inside}]+`),
);
const texts = fc.array(
  fc.string({
    unit: fc.constantFrom(...Array.from("abcA0_é🙂-.([]\\{},^$/KſÉ٣"), " ", "\n", "\t", "\r", "\v", "\f", "\u00a0"),
    maxLength: 5,
  }),
  { minLength: 6, maxLength: 6 },
);

describe("the expressions of matchers", () => {
  property.prop([fc.array(fc.tuple(patterns, texts), { minLength: 60, maxLength: 60 })], { numRuns: 30 })(
    "match the same texts in RE2 and in Postgres",
    async (given) => {
      const cases = given
        .filter(([source]) => isSupported(source))
        .flatMap(([source, some]) => some.map((text) => ({ source, text })));
      const { rows } = await connect(env).execute<{ matches: boolean }>(sql`
        select (item.json ->> 'text') ~ ('^(?:' || (item.json ->> 'source') || ')$') collate "C" as matches
        from jsonb_array_elements(${JSON.stringify(cases)}::jsonb) with ordinality as item (json, position) order by item.position`);
      expect(cases.map((one, at) => ({ ...one, matches: rows[at]!.matches }))).toEqual(
        cases.map((one) => ({ ...one, matches: matchesRegex(one.source, one.text) })),
      );
    },
  );
});

function isSupported(source: string): boolean {
  try {
    checkRegex(source);
    return true;
  } catch (error) {
    if (error instanceof RegexError) return false;
    throw error;
  }
}
