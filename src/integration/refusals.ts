/** Why deliveries are refused, in the few classes that operators count. */
export const REFUSALS = ["verification", "body", "disabled", "unavailable", "other"] as const;
export type Refusal = (typeof REFUSALS)[number];

const BY_STATUS = new Map<number, Refusal>([
  [400, "body"],
  [401, "verification"],
  [410, "disabled"],
  [413, "body"],
  [415, "body"],
  [429, "unavailable"],
  [503, "unavailable"],
]);

/** The class of a refusal with this HTTP status. */
export const refusalOf = (statusCode: number): Refusal => BY_STATUS.get(statusCode) ?? "other";
