const SENSITIVE = /auth|token|secret|signature|passw|cookie|credential|api-?key|hmac|jwt|assertion|routing-?key/;

/** Whether a header of this name (lower case) holds a credential or a signature. */
export const isSensitiveHeader = (name: string): boolean => SENSITIVE.test(name);

/** The spellings of a secret in bodies and URLs: as it is, with `\/` (some JSON encoders), percent-encoded (forms). */
export const spellings = (secret: string): string[] => [
  ...new Set([secret, secret.replaceAll("/", String.raw`\/`), encodeURIComponent(secret.toWellFormed())]),
];

/** Replaces a credential. */
export const REDACTED = "[redacted]";

/** Whether a text contains any of the spellings of secrets. */
export const holdsSecret = (text: string, spelled: readonly string[]): boolean =>
  spelled.some((spelling) => text.includes(spelling));

/** A text with every spelling of secrets replaced by asterisks of the same length. */
export const maskText = (text: string, spelled: readonly string[]): string =>
  spelled.reduce((masked, spelling) => masked.replaceAll(spelling, "*".repeat(spelling.length)), text);
