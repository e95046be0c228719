import type { VerificationSettings } from "./settings.ts";

/** Verification settings in a few words of Markdown, such as `HMAC-SHA256 in x-signature`. */
export function describeVerification(settings: VerificationSettings): string {
  switch (settings.scheme) {
    case "hmac":
      return `HMAC-${settings.algorithm.toUpperCase()} in \`${settings.header}\``;
    case "standard-webhooks":
      return "Standard Webhooks signature";
    case "email":
      return "token in the email address";
    case "sns":
      return "Amazon SNS signature";
    case "token":
      return settings.in
        ? `token in ${settings.in} \`${settings.name ?? ""}\``
        : "token (Bearer, Basic, header or query)";
  }
}
