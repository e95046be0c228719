/** Ways in which Neon's proxy refuses every request: see scripts/neon/errors.ts. */
export const DATABASE_FAILURES = [
  "down",
  "quota-exhausted",
  "rate-limited",
  "rate-limited-by-gateway",
  "out-of-connections",
  "permit-refused",
  "control-plane-failed",
  "connection-lost",
  "cancelled",
  "wrong-password",
] as const;

/** `answer-lost`: the database commits, and its reply is lost. */
export type DatabaseMode = "up" | "answer-lost" | (typeof DATABASE_FAILURES)[number];
