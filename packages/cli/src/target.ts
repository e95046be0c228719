/** Which service is meant, and with which key: the rules, pure. */
import type { GlobalValues } from "./command.ts";
import { CliError, EXIT, UsageError } from "./errors.ts";
import type { Profiles, Target } from "./profiles.ts";

export const DEFAULT_PROFILE = "default";

/** The profile that is meant. */
export const profileOf = (globals: GlobalValues, env: NodeJS.ProcessEnv): string =>
  globals.profile ?? (env.TOCSIN_PROFILE || DEFAULT_PROFILE);

/** What was said of the service: by flags, else by the environment, unless a flag names a profile. */
export function statedTarget(globals: GlobalValues, env: NodeJS.ProcessEnv): Partial<Target> {
  const stated = globals.profile === undefined ? env : {};
  const url = globals.url ?? (stated.TOCSIN_URL || undefined);
  const key = globals.key ?? (stated.TOCSIN_KEY || undefined);
  return { ...(url !== undefined && { url: checkedUrl(url) }), ...(key !== undefined && { key: checkedKey(key) }) };
}

/**
 * The service that is meant and the key for it. A key that was kept for one service is never sent to another: where a URL
 * is given without a key, the key is the one that was kept for that very URL.
 * @throws CliError when there is none
 */
export function resolveTarget(
  globals: GlobalValues,
  env: NodeJS.ProcessEnv,
  profiles: Profiles,
  dev: Target | null,
): Target {
  const stated = statedTarget(globals, env);
  const name = profileOf(globals, env);
  const isNamed = globals.profile !== undefined || Boolean(env.TOCSIN_PROFILE);
  const own = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (isNamed && !own) throw notSignedIn(`there is no profile "${name}": tocsin login --profile ${name}`);

  const saved = own ?? dev;
  const url = stated.url ?? saved?.url;
  if (url === undefined) throw notSignedIn("not signed in: tocsin login, or set TOCSIN_URL and TOCSIN_KEY");
  const keptFor = [own, ...Object.values(profiles), dev].find((target) => target && sameUrl(target.url, url));
  const key = stated.key ?? keptFor?.key;
  if (key === undefined) throw notSignedIn(`no key is known for ${url}: tocsin login --url ${url}, or set TOCSIN_KEY`);
  return { url, key };
}

const notSignedIn = (message: string): CliError => new CliError(EXIT.denied, message);

const sameUrl = (one: string, other: string): boolean => one.replace(/\/+$/, "") === other.replace(/\/+$/, "");

/** The URL of a service, without a slash at its end. @throws UsageError when it is none */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError("the URL must begin with https:// or http://");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new UsageError("the URL is the service's alone: no user, no query, no fragment");
  }
  return url.href.replace(/\/+$/, "");
}

/** A key that can stand in a header. @throws UsageError, which does not repeat it, when it cannot */
export function checkedKey(text: string): string {
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError("an API key is printable ASCII without blanks");
  return key;
}

/** Whether what is sent to a URL goes over a network in the clear. */
export function isInTheClear(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === "http:" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
