const SENSITIVE = /auth|token|secret|signature|passw|cookie|credential|api-?key|hmac|jwt|assertion|routing-?key/;

/** Whether a header's name (lower case) says that its value is a credential or a signature. */
export const isSensitiveHeader = (name: string): boolean => SENSITIVE.test(name);

/** How a secret may stand in a body or a URL: itself, with `\/` (some encoders of JSON), with percent signs (forms). */
export const spellings = (secret: string): string[] => [
  ...new Set([secret, secret.replaceAll("/", String.raw`\/`), encodeURIComponent(secret.toWellFormed())]),
];

/** What stands in the place of a credential. */
export const REDACTED = "[redacted]";

/** Whether any of the secrets stands in a text, in any spelling. */
export const holdsSecret = (text: string, secrets: readonly string[]): boolean =>
  secrets.flatMap(spellings).some((spelling) => text.includes(spelling));

/** A text with each secret replaced by as many asterisks. */
export const maskText = (text: string, secrets: readonly string[]): string =>
  secrets.flatMap(spellings).reduce((masked, secret) => masked.replaceAll(secret, "*".repeat(secret.length)), text);
