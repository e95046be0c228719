/**
 * One sign-in at an identity provider, in the form that better-auth runs: it keeps state, PKCE and nonce, and links the user. This module
 * makes the calls, so that each fault gets its own answer.
 */
import {
  authorizationCodeRequest,
  createAuthorizationURL,
  type OAuth2Tokens,
  type OAuthProvider,
  verifyProviderIdToken,
} from "better-auth/oauth2";
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet } from "jose";
import { Problem } from "../../lib/problem.ts";
import { type Identity, needsUserinfo, readGitHubIdentity, readIdentity } from "./identity.ts";
import type { IdentityProvider } from "./identity-providers.ts";
import { type Fields, ProviderCalls, unavailableProvider } from "./provider-calls.ts";

/** What a sign-in needs to know about a provider. */
interface Endpoints {
  authorization: string;
  token: string;
  /** Empty: the provider has none. */
  userinfo: string;
  /** Null: the provider sends no ID tokens. */
  idToken: { issuer: string; jwks: string; algorithms: string[] | undefined } | null;
}

const GITHUB: Endpoints = {
  authorization: "https://github.com/login/oauth/authorize",
  token: "https://github.com/login/oauth/access_token",
  userinfo: "https://api.github.com/user",
  idToken: null,
};

/** A sign-in at a provider. */
export interface ConnectedProvider {
  config: IdentityProvider;
  /** For better-auth. */
  oauth: OAuthProvider;
  /** Why the sign-in failed, if this module knows: better-auth replaces errors by codes. */
  failure(): Problem | null;
}

/**
 * Makes the sign-in of one request. It calls the provider when better-auth asks for it: for a callback, only after the state of a
 * sign-in that this browser started was verified, so that made-up callbacks cause no calls.
 * @param redirectUri the callback of this deployment
 * @param issuerOfResponse `iss` of a callback (RFC 9207)
 * @param calls with the deadline of this request
 */
export function connectProvider(
  config: IdentityProvider,
  redirectUri: string,
  issuerOfResponse?: string,
  calls: ProviderCalls = new ProviderCalls(config.name),
): ConnectedProvider {
  let failure: Problem | null = null;
  /** Remembers why something failed. */
  const remembering = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      if (error instanceof Problem) failure = error;
      throw error;
    });
  let found: Promise<Endpoints> | undefined;
  const endpoints = () =>
    (found ??= config.issuer === null ? Promise.resolve(GITHUB) : discover(config, config.issuer, calls));
  const client = { clientId: config.clientId, clientSecret: config.clientSecret, redirectURI: redirectUri };
  const hasIdTokens = config.issuer !== null;
  const scopes = [...new Set([...(hasIdTokens ? ["openid"] : ["read:user", "user:email"]), ...config.scopes])];
  const oauth: OAuthProvider = {
    id: config.id,
    name: config.name,
    requiresIdTokenNonce: hasIdTokens,
    disableSignUp: true,
    options: { disableSignUp: true },
    createAuthorizationURL: ({ state, codeVerifier, idTokenNonce }) =>
      remembering(
        endpoints().then(({ authorization }) =>
          createAuthorizationURL({
            id: config.id,
            options: client,
            authorizationEndpoint: authorization,
            state,
            codeVerifier,
            scopes,
            redirectURI: redirectUri,
            ...(idTokenNonce !== undefined && { nonce: idTokenNonce }),
          }),
        ),
      ),
    validateAuthorizationCode: ({ code, codeVerifier }) =>
      remembering(
        endpoints().then((known) => {
          const issuer = known.idToken?.issuer;
          if (issuerOfResponse !== undefined && issuer !== undefined && issuerOfResponse !== issuer) return null;
          const request = { code, codeVerifier, options: client, redirectURI: redirectUri };
          return exchange(config, known, calls, request);
        }),
      ),
    getUserInfo: (tokens) =>
      remembering(endpoints().then((known) => identify(config, known, calls, tokens, tokens.expectedIdTokenNonce))),
    accountSubject: ({ profile }) => (profile as Identity).subject,
  };
  return { config, oauth, failure: () => failure };
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
async function discover(config: IdentityProvider, issuer: string, calls: ProviderCalls): Promise<Endpoints> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const { fields } = await calls.json("discovery", url, {});
  const at = (name: string, isRequired: boolean): string => {
    const value = fields[name];
    if (typeof value === "string" && URL.canParse(value)) return value;
    if (isRequired) throw unavailableProvider(config.name, `discovery: no ${name}`);
    return "";
  };
  const algorithms = fields.id_token_signing_alg_values_supported;
  return {
    authorization: at("authorization_endpoint", true),
    token: at("token_endpoint", true),
    userinfo: at("userinfo_endpoint", false),
    idToken: {
      issuer: at("issuer", true),
      jwks: at("jwks_uri", true),
      algorithms: Array.isArray(algorithms) && algorithms.length > 0 ? algorithms.map(String) : undefined,
    },
  };
}

/** Exchanges the code for tokens (RFC 6749 §4.1.3). @returns null: the provider does not accept the code */
async function exchange(
  config: IdentityProvider,
  endpoints: Endpoints,
  calls: ProviderCalls,
  request: Omit<Parameters<typeof authorizationCodeRequest>[0], "tokenEndpoint">,
): Promise<OAuth2Tokens | null> {
  const { body, headers } = await authorizationCodeRequest({ ...request, tokenEndpoint: endpoints.token });
  const { fields } = await calls.json("token", endpoints.token, { headers, form: body, accepts: [400, 401] });
  const { access_token: accessToken, id_token: idToken, error } = fields;
  // A used or expired code. GitHub has a name of its own, and answers 200.
  if (error === "invalid_grant" || error === "bad_verification_code") return null;
  if (typeof error === "string") throw unavailableProvider(config.name, `token: ${printable(error, 60)}`);
  if (typeof accessToken !== "string" || (endpoints.idToken && typeof idToken !== "string")) {
    throw unavailableProvider(config.name, "token: not in the answer");
  }
  return { accessToken, ...(typeof idToken === "string" && { idToken }) };
}

/** Verifies the ID token and reads the person. @returns null: the ID token is not valid */
async function identify(
  config: IdentityProvider,
  endpoints: Endpoints,
  calls: ProviderCalls,
  { accessToken = "", idToken = "" }: OAuth2Tokens,
  nonce: string | undefined,
) {
  const headers = { authorization: `Bearer ${accessToken}` };
  let identity: Identity;
  if (endpoints.idToken) {
    const token = await verifiedClaims(config, endpoints.idToken, calls, idToken, nonce);
    if (!token) return null;
    const isAsked = endpoints.userinfo !== "" && needsUserinfo(config, token);
    const userinfo = isAsked ? (await calls.json("userinfo", endpoints.userinfo, { headers })).fields : null;
    identity = readIdentity(config, token, userinfo);
  } else {
    const [user, emails] = await Promise.all([
      calls.json("user", endpoints.userinfo, { headers }),
      calls.json("emails", `${endpoints.userinfo}/emails`, { headers, isList: true }),
    ]);
    identity = readGitHubIdentity(config, user.fields, emails.fields.data as unknown[]);
  }
  return { user: { email: identity.email, emailVerified: identity.isEmailVerified }, data: identity };
}

/** The claims of an ID token with a valid signature for this client and nonce; null: it is not valid. */
async function verifiedClaims(
  config: IdentityProvider,
  { issuer, jwks, algorithms }: NonNullable<Endpoints["idToken"]>,
  calls: ProviderCalls,
  idToken: string,
  nonce: string | undefined,
): Promise<Fields | null> {
  const { fields } = await calls.json("keys", jwks, {});
  if (!Array.isArray(fields.keys)) throw unavailableProvider(config.name, "keys: no list");
  const verifier = { jwks: createLocalJWKSet(fields as unknown as JSONWebKeySet), issuer, algorithms };
  const isValid = await verifyProviderIdToken(
    { idToken: { ...verifier, audience: config.clientId } } as unknown as OAuthProvider,
    idToken,
    nonce,
  );
  return isValid ? decodeJwt(idToken) : null;
}

/** Text of a provider in an error: short, and without control characters. */
export const printable = (text: string, maxLength: number): string =>
  text.replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, " ").slice(0, maxLength);
