import { equalDigests, sha256, utf8 } from "../lib/bytes.ts";
import type { EmailSettings } from "./settings.ts";
import { failed, firstMatch, type Secrets, secretList, type SignedRequest, type Verifier } from "./verifier.ts";

/** The token of the address to which a message was sent. */
export const EMAIL_TOKEN_HEADER = "x-tocsin-token";

/** The sender of the envelope (MAIL FROM). Anybody can write any sender there. */
export const ENVELOPE_FROM_HEADER = "x-envelope-from";

/**
 * The `email` scheme: the address is the secret, without regard to case. A list of senders only narrows: a message from one of them without
 * the token is not accepted. Headers about authentication (`Authentication-Results`, `Received-SPF`) are part of the message, so the
 * sender can write them: they are never read. Digests are compared, so that the time reveals nothing of the secret.
 */
export async function emailVerifier({ senders = [] }: EmailSettings, secrets: Secrets): Promise<Verifier> {
  const digests = await Promise.all(secretList(secrets).map((secret) => sha256(utf8(secret))));

  return async ({ headers }: SignedRequest) => {
    const token = headers.get(EMAIL_TOKEN_HEADER)?.toLowerCase() ?? "";
    if (token === "") return failed("missing", "no token in the address");
    const digest = await sha256(utf8(token));
    const match = await firstMatch(digests, (known) => Promise.resolve(equalDigests(known, digest)));
    if (!match) return failed("mismatch", "the token of the address does not match");
    const isAllowed = senders.length === 0 || senders.some((sender) => matchesSender(sender, headers));
    return isAllowed ? match : failed("untrusted", "the sender of the envelope is not in `senders`");
  };
}

/** @param sender an address, or `@` and a domain */
function matchesSender(sender: string, headers: Headers): boolean {
  const from = (headers.get(ENVELOPE_FROM_HEADER) ?? "").replace(/^<|>$/g, "").toLowerCase();
  return sender.startsWith("@") ? from.endsWith(sender) : from === sender;
}
