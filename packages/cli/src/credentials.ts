/** Chooses the URL of the service and the API key from options, environment and profiles. */
import type { GlobalValues } from "./command.ts";
import { CliError, EXIT, UsageError } from "./errors.ts";
import type { Credentials, Profiles } from "./profiles.ts";

const DEFAULT_PROFILE = "default";

/** The name of the profile to use. */
export const profileName = ({ profile }: GlobalValues, env: NodeJS.ProcessEnv): string =>
  profile ?? (env.TOCSIN_PROFILE || DEFAULT_PROFILE);

/** The URL and key of the options, else of the environment. `--profile` wins over the environment. */
export function givenCredentials(globals: GlobalValues, env: NodeJS.ProcessEnv): Partial<Credentials> {
  const { TOCSIN_URL, TOCSIN_KEY } = globals.profile === undefined ? env : {};
  const url = globals.url ?? (TOCSIN_URL || undefined);
  const key = globals.key ?? (TOCSIN_KEY || undefined);
  return { ...(url !== undefined && { url: parseUrl(url) }), ...(key !== undefined && { key: parseKey(key) }) };
}

/**
 * Finds the URL and the key. A saved key is only ever sent to the URL it was saved for.
 * @param dev the service that `npm start` runs in this folder
 * @throws CliError if there is no URL or no key for it
 */
export function resolveCredentials(
  globals: GlobalValues,
  env: NodeJS.ProcessEnv,
  profiles: Profiles,
  dev: Credentials | null,
): Credentials {
  const given = givenCredentials(globals, env);
  const name = profileName(globals, env);
  const isProfileGiven = globals.profile !== undefined || Boolean(env.TOCSIN_PROFILE);
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (isProfileGiven && !profile)
    throw new CliError(EXIT.denied, `Unknown profile "${name}". Run: tocsin login --profile ${name}`);

  const url = given.url ?? (profile ?? dev)?.url;
  if (url === undefined)
    throw new CliError(EXIT.denied, "Not signed in. Run tocsin login, or set TOCSIN_URL and TOCSIN_KEY.");
  const saved = [profile, ...Object.values(profiles), dev].find(
    (candidate) => candidate && isSameUrl(candidate.url, url),
  );
  const key = given.key ?? saved?.key;
  if (key === undefined)
    throw new CliError(EXIT.denied, `No API key for ${url}. Run tocsin login --url ${url}, or set TOCSIN_KEY.`);
  return { url, key };
}

const isSameUrl = (one: string, other: string): boolean => one.replace(/\/+$/, "") === other.replace(/\/+$/, "");

/** Checks the URL of a service, and removes slashes at its end. @throws UsageError */
export function parseUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError("The URL must start with https:// or http://.");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new UsageError("The URL must not have a user, a query or a fragment.");
  return url.href.replace(/\/+$/, "");
}

/** Checks that a key fits into a header. @throws UsageError that does not repeat the key */
export function parseKey(text: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError("The API key must be printable ASCII without blanks.");
  return key;
}

/** Whether requests to a URL cross a network unencrypted. */
export function isUnencrypted(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === "http:" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
