/** What an identity provider says about a person, read from its claims. Pure. */
import { Problem } from "../../lib/problem.ts";
import { emailIn } from "../users/schema.ts";
import type { IdentityProvider } from "./identity-providers.ts";
import type { Fields } from "./provider-calls.ts";

/** A person at a provider. */
export interface Identity {
  /** The id at the provider, which never changes. */
  subject: string;
  email: string;
  isEmailVerified: boolean;
}

/**
 * Reads a person from the claims of an ID token, and from userinfo where the token lacks a claim.
 * @param answer of userinfo; null: there is none
 * @throws Problem `forbidden` with what to do at the provider
 */
export function readIdentity(provider: IdentityProvider, token: Fields, answer: Fields | null): Identity {
  const subject = readSubject(provider, token.sub);
  // Userinfo about another person must not be used: https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse
  const userinfo = answer?.sub === token.sub ? answer : null;
  const email = readEmail(provider, token.email ?? userinfo?.email);
  // Userinfo verifies only its own address.
  const isSameAddress = userinfo !== null && (userinfo.email === undefined || sameText(userinfo.email, email));
  const verified = token.email_verified ?? (isSameAddress ? userinfo.email_verified : undefined);
  // Some providers hold only verified addresses and leave the claim out. An explicit `false` still counts.
  const isEmailVerified = verified === undefined ? provider.vouchesForEmails : isTrue(verified);
  return { subject, email, isEmailVerified };
}

/** Whether the ID token lacks a claim that userinfo may have. */
export const needsUserinfo = ({ vouchesForEmails }: IdentityProvider, token: Fields): boolean =>
  token.email === undefined || (token.email_verified === undefined && !vouchesForEmails);

/**
 * Reads a person from GitHub's API.
 * https://docs.github.com/en/rest/users/emails#list-email-addresses-for-the-authenticated-user
 * @throws Problem `forbidden` with what to do at GitHub
 */
export function readGitHubIdentity(provider: IdentityProvider, user: Fields, emails: readonly unknown[]): Identity {
  const id = typeof user.id === "number" ? String(user.id) : user.id;
  const primary = emails.find((entry) => isFields(entry) && entry.primary === true) as Fields | undefined;
  const email = readEmail(provider, primary?.email);
  return { subject: readSubject(provider, id), email, isEmailVerified: isTrue(primary?.verified) };
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** Some providers send `email_verified` as text. */
const isTrue = (value: unknown): boolean => value === true || value === "true";

const sameText = (one: unknown, other: string): boolean =>
  typeof one === "string" && one.toLowerCase() === other.toLowerCase();

/** At most 255 ASCII characters: https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
function readSubject(provider: IdentityProvider, sub: unknown): string {
  if (typeof sub === "string" && /^[\x21-\x7e]{1,255}$/.test(sub)) return sub;
  throw unusableClaim(provider, "it sent no usable id (`sub`)");
}

function readEmail(provider: IdentityProvider, email: unknown): string {
  if (email === undefined || email === null || email === "") {
    throw new Problem(
      "forbidden",
      `${provider.name} sent no email address. Add one to your account there, and ask an admin whether ${provider.name} gives the scope and claim \`email\` to Tocsin. Then sign in again.`,
    );
  }
  const parsed = emailIn.safeParse(email);
  if (parsed.success) return parsed.data;
  throw unusableClaim(provider, "it sent an `email` that is not one address");
}

const unusableClaim = ({ name }: IdentityProvider, why: string): Problem =>
  new Problem("forbidden", `${name} could not be used: ${why}. Ask an admin to correct the claims at ${name}.`);
