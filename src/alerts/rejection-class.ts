/** The classes of rejected deliveries that metrics count. */
export const REJECTION_CLASSES = ["verification", "body", "disabled", "unavailable", "other"] as const;
export type RejectionClass = (typeof REJECTION_CLASSES)[number];

const BY_STATUS = new Map<number, RejectionClass>([
  [400, "body"],
  [401, "verification"],
  [410, "disabled"],
  [413, "body"],
  [415, "body"],
  [429, "unavailable"],
  [503, "unavailable"],
]);

/** The class of a rejection with this HTTP status. */
export const rejectionClassOf = (statusCode: number): RejectionClass => BY_STATUS.get(statusCode) ?? "other";
