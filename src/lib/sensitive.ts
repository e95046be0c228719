const SENSITIVE = /auth|token|secret|signature|passw|cookie|credential|api-?key|hmac|jwt|assertion|routing-?key/;

/** Whether a header's name (lower case) says that its value is a credential or a signature. */
export const isSensitiveHeader = (name: string): boolean => SENSITIVE.test(name);
