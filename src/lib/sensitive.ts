const SENSITIVE = /auth|token|secret|signature|passw|cookie|credential|api-?key|hmac|jwt|assertion|routing-?key/;

/** Whether a header's name (lower case) says that its value is a credential or a signature. */
export const isSensitiveHeader = (name: string): boolean => SENSITIVE.test(name);

/** How a secret may stand in a body or a URL: itself, with `\/` (some encoders of JSON), with percent signs (forms). */
export const spellings = (secret: string): string[] => [
  ...new Set([secret, secret.replaceAll("/", String.raw`\/`), encodeURIComponent(secret.toWellFormed())]),
];

/** What stands in the place of a credential. */
export const REDACTED = "[redacted]";

/** Whether any of the spellings of secrets stands in a text. */
export const holdsSecret = (text: string, spelled: readonly string[]): boolean =>
  spelled.some((spelling) => text.includes(spelling));

/** A text with each of the spellings of secrets replaced by as many asterisks. */
export const maskText = (text: string, spelled: readonly string[]): string =>
  spelled.reduce((masked, spelling) => masked.replaceAll(spelling, "*".repeat(spelling.length)), text);
