/** Checks of the Cloudflare account before a deployment. Changes nothing. */
import type { Problem, WorkerConfig } from "../worker-config.ts";
import { jsonOf, type Wrangler } from "./wrangler.ts";

const CLOUDFLARE_API = "https://api.cloudflare.com/client/v4";

/** The API's error code for an account that never chose a workers.dev subdomain. */
const NO_SUBDOMAIN = 10_007;

export interface Account {
  /** Problems of the login and its account. */
  problems: Problem[];
  /** The workers.dev subdomain; null: unknown, or the Worker has routes. */
  subdomain: string | null;
}

const failed = (problem: string, remedy: string): Account => ({ problems: [{ problem, remedy }], subdomain: null });

export async function inspectAccount(
  config: WorkerConfig,
  wrangler: Wrangler,
  env: NodeJS.ProcessEnv,
): Promise<Account> {
  const reply = jsonOf<{ loggedIn?: boolean; accounts?: { id: string; name: string }[] }>(
    await wrangler(["whoami", "--json"]),
  );
  if (reply?.loggedIn !== true) {
    return failed(
      "Not signed in to Cloudflare.",
      "Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN (template “Edit Cloudflare Workers”).",
    );
  }
  const accounts = reply.accounts ?? [];
  const accountId = env.CLOUDFLARE_ACCOUNT_ID || config.accountId || (accounts.length === 1 && accounts[0]?.id);
  if (!accountId) {
    const names = accounts.map(({ name, id }) => `${name} (${id})`).join(", ");
    return failed(
      `The login has ${accounts.length === 0 ? "no account" : `several accounts: ${names}`}.`,
      "Set CLOUDFLARE_ACCOUNT_ID.",
    );
  }
  return config.routes.length === 0 ? readSubdomain(accountId, wrangler, env) : { problems: [], subdomain: null };
}

/** Wrangler asks for a missing subdomain only after it has uploaded the Worker, and fails without a terminal. */
async function readSubdomain(accountId: string, wrangler: Wrangler, env: NodeJS.ProcessEnv): Promise<Account> {
  const login = jsonOf<{ token?: string }>(await wrangler(["auth", "token", "--json"]));
  // A login by the global API key has no token. Then wrangler reports a missing subdomain.
  if (!login?.token) return { problems: [], subdomain: null };
  const url = `${env.CLOUDFLARE_API_BASE_URL || CLOUDFLARE_API}/accounts/${accountId}/workers/subdomain`;
  const reply = await fetch(url, { headers: { authorization: `Bearer ${login.token}` } })
    .then(async (response) => (await response.json()) as SubdomainReply)
    .catch(() => null);
  if (reply?.errors?.some(({ code }) => code === NO_SUBDOMAIN)) {
    return failed(
      "The Cloudflare account has no workers.dev subdomain, so the Worker would have no address.",
      `Choose one at https://dash.cloudflare.com/${accountId}/workers/onboarding, or set a route (docs/deploy/domain.md).`,
    );
  }
  return { problems: [], subdomain: reply?.result?.subdomain ?? null };
}

/** https://developers.cloudflare.com/api/resources/workers/subresources/subdomains/methods/get/ */
interface SubdomainReply {
  errors?: { code: number }[];
  result?: { subdomain?: string } | null;
}
