import type { Schemas } from "../../client/src/index.ts";

/** The state of a subscription in a word or two. */
export function stateText({ endedAt, isEnabled, state }: Schemas["ListedSubscription"]): string {
  if (endedAt !== null) return "ended";
  if (!isEnabled) return "disabled";
  if (!state) return "unknown";
  return state.isCircuitOpen ? "circuit open" : "enabled";
}

export const isWorking = (subscription: Schemas["ListedSubscription"]): boolean =>
  stateText(subscription) === "enabled";
