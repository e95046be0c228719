/** The settings that make the request of a subscription: URL, preset, expression and credentials. Checks them, and encrypts the credentials. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { SubscriptionRow } from "../../db/subscriptions.ts";
import { encryptedCredentials } from "../../db/encrypted-secrets.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { toPointer } from "../../lib/json-pointer.ts";
import { type FieldError, Problem } from "../../lib/problem.ts";
import { REDACTED } from "../../lib/sensitive.ts";
import {
  type Credentials,
  decryptCredentials,
  encryptCredentials,
  NO_CREDENTIALS,
} from "../../objects/subscription/credentials.ts";
import { headerNameFault, headerValueFault, MAX_HEADERS } from "../../objects/subscription/custom-headers.ts";
import { endpointRules } from "../../objects/subscription/endpoint-url.ts";
import { PRESET_NAMES, type PresetName, PRESETS, presetUrlFault } from "../../objects/subscription/presets/index.ts";
import { expressionFault, MAX_EXPRESSION_LENGTH } from "../../objects/subscription/transform.ts";

export const presetName = z.enum(PRESET_NAMES).openapi("SubscriptionPreset", {
  description: "Product whose messages a subscription sends instead of Standard Webhooks",
});

const expressionDocs = {
  description:
    "JSONata (https://docs.jsonata.org) that makes the body of a message, with the message as its input. Bounded as mappings are",
  example: '{ "text": data.alert.title }',
};

/** Null: no expression. */
export const expressionSchema = z
  .string()
  .trim()
  .min(1)
  .max(MAX_EXPRESSION_LENGTH)
  .superRefine((expression, context) => {
    const fault = expressionFault(expression);
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  })
  .nullable()
  .openapi(expressionDocs);

export const headersSchema = z
  .record(z.string(), z.string())
  .superRefine((headers, context) => {
    const names = Object.keys(headers);
    if (names.length > MAX_HEADERS) context.addIssue({ code: "custom", message: `at most ${MAX_HEADERS} headers` });
    for (const [name, value] of Object.entries(headers)) {
      const isRepeated = names.some((other) => other !== name && other.toLowerCase() === name.toLowerCase());
      const fault = isRepeated ? "repeated" : (headerNameFault(name) ?? headerValueFault(value));
      if (fault !== null) context.addIssue({ code: "custom", path: [name], message: fault });
    }
  })
  .openapi({
    description: `Custom headers of the requests. Values are encrypted, and returned as \`${REDACTED}\`, which in a change keeps the stored value`,
    example: { Authorization: "Bearer token-of-the-endpoint" },
  });

export const presetKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{8,200}$/, "expected 8 to 200 visible ASCII characters")
  .openapi({
    description: `Key of the preset: PagerDuty's integration key, Opsgenie's API key. Encrypted, and returned as \`${REDACTED}\`, which in a change keeps the stored key`,
  });

/** The settings as a request gives them. In a change, a missing one stays. */
export interface GivenTarget {
  url?: string | undefined;
  preset?: PresetName | null | undefined;
  expression?: string | null | undefined;
  headers?: Record<string, string> | undefined;
  presetKey?: string | null | undefined;
}

type TargetColumns = Pick<
  SubscriptionRow,
  "url" | "preset" | "expression" | "headerNames" | "hasPresetKey" | "credentialsCiphertext" | "credentialsKeyId"
>;

/**
 * Returns the columns of the settings.
 * @param before the row to change; null: a new one, for which `url` is given
 * @throws Problem `invalid-request`
 */
export async function targetColumns(
  c: Context<AppEnv>,
  id: string,
  before: SubscriptionRow | null,
  given: GivenTarget,
): Promise<TargetColumns> {
  const url = given.url ?? before?.url ?? "";
  const preset = given.preset === undefined ? ((before?.preset ?? null) as PresetName | null) : given.preset;
  const expression = given.expression === undefined ? (before?.expression ?? null) : given.expression;
  if (preset !== null) assertPresetUrl(c, preset, url);
  const stored = before ? await readStored(c, before) : NO_CREDENTIALS;
  const isOtherHost = before !== null && new URL(before.url).origin !== new URL(url).origin;
  const credentials: Credentials = {
    headers: mergeHeaders(stored.headers, given.headers, isOtherHost),
    presetKey: choosePresetKey(preset, stored.presetKey, given.presetKey, isOtherHost || before?.preset !== preset),
  };
  const encrypted = await encryptCredentials(c.env.ENCRYPTION_KEYS, id, credentials);
  return {
    url,
    preset,
    expression,
    headerNames: Object.keys(credentials.headers),
    hasPresetKey: credentials.presetKey !== null,
    credentialsCiphertext: encrypted?.ciphertext ?? null,
    credentialsKeyId: encrypted?.keyId ?? null,
  };
}

/** The settings of a subscription, with its credentials in plain text. Not for responses. */
export async function storedTarget(c: Context<AppEnv>, row: SubscriptionRow) {
  return { url: row.url, preset: row.preset, expression: row.expression, ...(await readStored(c, row)) };
}

/** Whether a change touches the settings. */
export const changesTarget = ({ url, preset, expression, headers, presetKey }: GivenTarget): boolean =>
  [url, preset, expression, headers, presetKey].some((field) => field !== undefined);

function assertPresetUrl(c: Context<AppEnv>, preset: PresetName, url: string): void {
  const fault = presetUrlFault(preset, url, endpointRules(c.env));
  if (fault === null) return;
  const { title, urlExample } = PRESETS[preset];
  throw invalid(`Wrong URL for ${title}. Use one like ${urlExample}`, { pointer: "/url", detail: fault });
}

async function readStored(c: Context<AppEnv>, before: SubscriptionRow): Promise<Credentials> {
  try {
    return await decryptCredentials(c.env.ENCRYPTION_KEYS, before.id, encryptedCredentials(before));
  } catch {
    // No key decrypts them any more. New values replace them; a change that needs the old ones is rejected below.
    return NO_CREDENTIALS;
  }
}

/** @param isOtherHost stored values are secrets of the old host, which a new one must not get */
function mergeHeaders(
  stored: Credentials["headers"],
  given: Record<string, string> | undefined,
  isOtherHost: boolean,
): Credentials["headers"] {
  const wanted = given ?? Object.fromEntries(Object.keys(stored).map((name) => [name, REDACTED]));
  const byName = new Map(Object.entries(stored).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => {
      if (value !== REDACTED) return [name, value];
      const kept = isOtherHost ? undefined : byName.get(name.toLowerCase());
      if (kept !== undefined) return [name, kept];
      throw invalid(
        "Missing value of a header. The stored values belong to the old host: set `headers` to all values, or to `{}`.",
        { pointer: toPointer(["headers", name]), detail: "no stored value for this host" },
      );
    }),
  );
}

/** @param isOther the stored key is that of another preset or host */
function choosePresetKey(
  preset: PresetName | null,
  stored: string | null,
  given: string | null | undefined,
  isOther: boolean,
): string | null {
  const keyName = preset === null ? null : PRESETS[preset].keyName;
  if (keyName === null) {
    if (typeof given !== "string" || given === REDACTED) return null;
    throw invalid("Unexpected key. Remove `presetKey`.", {
      pointer: "/presetKey",
      detail: preset === null ? "there is no preset" : `${PRESETS[preset].title} takes no key`,
    });
  }
  const key = given === undefined || given === REDACTED ? (isOther ? null : stored) : given;
  if (key !== null) return key;
  throw invalid(`Missing key. Set \`presetKey\` to the ${keyName}.`, { pointer: "/presetKey", detail: "required" });
}

const invalid = (detail: string, error: FieldError): Problem =>
  new Problem("invalid-request", detail, { errors: [error] });
