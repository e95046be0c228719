/**
 * Finds the tokens and signatures that a request presents, valid or not, wherever sources put them: the secret of another
 * integration, a secret from before a rotation, or a token in a location that the scheme does not use. For masking only.
 */
import { entriesOf } from "../lib/headers.ts";
import { isSensitiveHeader, isSensitiveParameter, REDACTED } from "../lib/sensitive.ts";
import type { VerificationSettings } from "./settings.ts";
import { basicPassword, findTokens } from "./token.ts";
import type { SignedRequest } from "./verifier.ts";

/** In the place of the scheme, shorter values are no secrets. Masking them would only garble the record. */
const MIN_TOKEN_LENGTH = 4;

/** Bounds of the search, because anyone can send a request. */
const MAX_SECRETS = 16;
const MAX_LENGTH = 4096;

/** In any other place: a value with a sensitive name may be a word of the alert, but not one of this length. */
const MIN_OTHER_LENGTH = 12;

/** Headers and fields with a sensitive name that do not hold a secret, such as `x-auth-timestamp`. */
const ABOUT_A_SECRET = /(?:time|timestamp|date|expires|version|method|algorithm|type|user|email|name)$/i;

/**
 * The tokens and signatures of a request, decoded, each once.
 * @param content the body without its Content-Encoding
 */
export function presentedSecrets(
  request: SignedRequest,
  settings: VerificationSettings,
  content: Uint8Array = request.body,
): string[] {
  const inPlace = tokensInPlace(request, settings, content).filter((value) => value.length >= MIN_TOKEN_LENGTH);
  const elsewhere = [...inBody(content, BODY_FIELDS), ...inQuery(request.url), ...inHeaders(request.headers)];
  const found = [...inPlace, ...elsewhere.filter(isLikelySecret)].map((value) => value.slice(0, MAX_LENGTH));
  return [...new Set(found)].filter((value) => value !== REDACTED).slice(0, MAX_SECRETS);
}

const isLikelySecret = (value: string): boolean => value.length >= MIN_OTHER_LENGTH && !/[\s@]/.test(value);

function tokensInPlace(request: SignedRequest, settings: VerificationSettings, content: Uint8Array): string[] {
  if (settings.scheme === "hmac") return partsOf(request.headers.get(settings.header) ?? "");
  if (settings.scheme !== "token") return [];
  const { in: place, name = "token" } = settings;
  // A body that is cut or broken is no JSON, but holds the field nevertheless.
  const inField = place === "body" ? inBody(content, fieldsNamed(escapeRegExp(name))) : [];
  return [...findTokens(request, settings), ...inField];
}

const inHeaders = (headers: Headers): string[] =>
  entriesOf(headers)
    .filter(([name]) => isSensitiveHeader(name) && !ABOUT_A_SECRET.test(name))
    .flatMap(([, value]) => partsOf(value));

const inQuery = (url: URL): string[] =>
  [...url.searchParams].filter(([name]) => isSensitiveParameter(name)).map(([, value]) => value);

/** A header value, the parts of a list or of credentials in it, each without the name before `=`, and a Basic password. */
const partsOf = (value: string): string[] => [
  value,
  basicPassword(value) ?? "",
  ...value.split(/[\s,;]+/).flatMap((part) => [part, part.slice(part.indexOf("=") + 1)]),
];

const UTF_8 = new TextDecoder();

/** How fields are written whose names match a regular expression. */
interface Fields {
  any: RegExp;
  json: RegExp;
  form: RegExp;
}

const fieldsNamed = (names: string): Fields => ({
  any: new RegExp(names, "i"),
  json: new RegExp(String.raw`"(?:${names})"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)`, "gi"),
  form: new RegExp(String.raw`(?:^|&)\s*(?:${names})=([^&\s]*)`, "gi"),
});

/** Fields of bodies that hold a secret in every source. `token` is not one: some sources have public ones. */
const BODY_FIELDS = fieldsNamed(
  "routing_?key|service_?key|integration_?key|api_?key|access_?token|auth_?token|client_?secret",
);

/** The values of fields of JSON objects at any depth, and of a form. */
function inBody(body: Uint8Array, { any, json, form }: Fields): string[] {
  const text = UTF_8.decode(body);
  if (!any.test(text)) return [];
  return [
    ...firstMatches(text, json).map(fromJsonString),
    ...firstMatches(text, form).map((value) => new URLSearchParams(`v=${value}`).get("v") ?? ""),
  ];
}

/** The first group of the first matches. */
function firstMatches(text: string, pattern: RegExp): string[] {
  const found: string[] = [];
  for (const [, value = ""] of text.matchAll(pattern)) if (found.push(value) >= MAX_SECRETS) break;
  return found;
}

function fromJsonString(literal: string): string {
  try {
    return JSON.parse(`"${literal}"`) as string;
  } catch {
    return literal;
  }
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
