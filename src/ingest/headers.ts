import { holdsSecret, isSensitiveHeader, REDACTED } from "../lib/sensitive.ts";
import type { VerificationSettings } from "../verification/settings.ts";

const MAX_HEADERS = 100;
const MAX_VALUE = 1024;

/**
 * Headers as they may be kept: lower-case names, credentials and signatures redacted by their names, by the scheme's
 * settings, and wherever one of the integration's secrets stands in a value.
 */
export function redactHeaders(
  headers: Headers,
  settings: VerificationSettings,
  secrets: readonly string[],
): Record<string, string> {
  const named = new Set(
    settings.scheme === "hmac"
      ? [settings.header]
      : settings.scheme === "token" && settings.name
        ? [settings.name.toLowerCase()]
        : [],
  );
  const kept: Record<string, string> = {};
  for (const [name, value] of [...headers].slice(0, MAX_HEADERS)) {
    const isSensitive = isSensitiveHeader(name) || named.has(name) || holdsSecret(value, secrets);
    kept[name] = isSensitive ? REDACTED : value.slice(0, MAX_VALUE).toWellFormed();
  }
  return kept;
}
