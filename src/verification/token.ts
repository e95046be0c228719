import { equalDigests, fromBase64, sha256, utf8 } from "../lib/bytes.ts";
import { readText } from "../lib/charset.ts";
import { inflate } from "../lib/content-encoding.ts";
import { isObject, parseLenientJson } from "../lib/json.ts";
import type { TokenSettings } from "./settings.ts";
import { failed, firstMatch, type Secrets, secretList, type SignedRequest, type Verifier } from "./verifier.ts";

/** The limit of a body, before and after it is inflated. */
const MAX_INFLATED_BYTES = 1024 * 1024;

/**
 * The `token` scheme, for sources that cannot sign: the delivery carries the secret. Digests are compared, so that the time
 * reveals neither the length nor the beginning of the secret.
 */
export async function tokenVerifier(settings: TokenSettings, secrets: Secrets): Promise<Verifier> {
  const digests = await Promise.all(secretList(secrets).map((secret) => sha256(utf8(secret))));

  return async (request) => {
    const tokens = findTokens(request, settings);
    if (tokens.length === 0) return failed("missing", `no token in ${settings.in ?? "any of the usual locations"}`);
    const candidates = await Promise.all(tokens.map((candidate) => sha256(utf8(candidate))));
    const match = await firstMatch(digests, async (digest) => candidates.some((c) => equalDigests(c, digest)));
    return match ?? failed("mismatch", "the token does not match");
  };
}

/** The tokens in the places of the settings, right or wrong. */
export function findTokens(request: SignedRequest, { in: place, name }: TokenSettings): string[] {
  const { headers, url } = request;
  switch (place) {
    case "bearer":
      return present(bearer(headers));
    case "basic":
      return present(basicPassword(headers.get("authorization")));
    case "header":
      return present(headers.get(name ?? "x-tocsin-token"));
    case "query":
      return present(url.searchParams.get(name ?? "token"));
    case "body":
      return present(bodyField(request, name ?? "token"));
    default:
      return present(
        credentials(headers),
        basicPassword(headers.get("authorization")),
        headers.get("x-tocsin-token"),
        url.searchParams.get("token"),
        // Opsgenie's API, as the Agents of Netdata call it.
        url.searchParams.get("apiKey"),
      );
  }
}

const present = (...values: (string | null)[]): string[] =>
  values.filter((value) => value !== null && value !== "") as string[];

const bearer = (headers: Headers): string | null =>
  /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;

/** The credentials of `Authorization` under any scheme name (Bearer, GenieKey, Token …), or without one. */
const credentials = (headers: Headers): string | null =>
  /^(?:[A-Za-z][\w-]* +)?(\S+) *$/.exec(headers.get("authorization") ?? "")?.[1] ?? null;

/** The password in a header of HTTP Basic authentication (RFC 7617); the user name may be anything. */
export function basicPassword(header: string | null): string | null {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? "")?.[1];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  if (!bytes) return null;
  const text = new TextDecoder().decode(bytes);
  const colon = text.indexOf(":");
  return colon === -1 ? null : text.slice(colon + 1);
}

/** A field of a JSON object, or of a form, also in a compressed body. */
function bodyField({ headers, body: bytes }: SignedRequest, name: string): string | null {
  const content = inflate(bytes, headers.get("content-encoding"), MAX_INFLATED_BYTES);
  if (typeof content === "string") return null;
  const text = readText(content, headers.get("content-type"));
  try {
    const { value: body } = parseLenientJson(text);
    const value = isObject(body) ? body[name] : undefined;
    return typeof value === "string" ? value : null;
  } catch {
    return new URLSearchParams(text.trim()).get(name);
  }
}
