import { emailVerifier } from "./email.ts";
import { hmacVerifier } from "./hmac.ts";
import type { VerificationSettings } from "./settings.ts";
import { snsVerifier } from "./sns.ts";
import { standardWebhooksVerifier } from "./standard-webhooks.ts";
import { tokenVerifier } from "./token.ts";
import type { Secrets, Verifier } from "./verifier.ts";

/** Makes the verifier of an integration. It imports the keys once, so keep it. */
export function createVerifier(settings: VerificationSettings, secrets: Secrets): Promise<Verifier> {
  switch (settings.scheme) {
    case "hmac":
      return hmacVerifier(settings, secrets);
    case "standard-webhooks":
      return standardWebhooksVerifier(settings, secrets);
    case "token":
      return tokenVerifier(settings, secrets);
    case "email":
      return emailVerifier(settings, secrets);
    case "sns":
      return Promise.resolve(snsVerifier(settings));
  }
}
