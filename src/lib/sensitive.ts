/** Which names denote credentials. */

const SENSITIVE =
  /auth|token|secret|signature|passw|cookie|credential|hmac|jwt|assertion|(?:api|routing|access|account|application|functions|ingest(?:ion)?|insert|integration|license|private|query|sas|service|shared|subscription)-?key|^(?:x-)?key$/;

/** Whether a header of this name (lower case) holds a credential or a signature. */
export const isSensitiveHeader = (name: string): boolean => SENSITIVE.test(name);

/** Whether a query parameter of this name holds a credential or a signature. */
export const isSensitiveParameter = (name: string): boolean =>
  /^(?:key|sig|access_?key|.*(?:api|routing|service|integration)[_-]?key)$|token|secret|signature|passw|credential/i.test(
    name,
  );

/** Replaces a credential. */
export const REDACTED = "[redacted]";
