import type { StateAction } from "../alerts/model.ts";

const WORDS: ReadonlyMap<string, StateAction> = new Map(
  Object.entries({
    trigger:
      "trigger triggered firing fire fired open opened reopen reopened alert alerting active activated problem down new " +
      "create created start started fail failed failing failure critical error warning warn unhealthy raised nodata",
    acknowledge: "acknowledge acknowledged ack acked investigating",
    resolve:
      "resolve resolved resolving close closed clear cleared recover recovered recovery ok okay up normal inactive fixed " +
      "healthy success succeeded passing passed good end ended done cancelled canceled deactivated",
  } satisfies Record<StateAction, string>).flatMap(([action, words]) =>
    words.split(" ").map((word): [string, StateAction] => [word, action as StateAction]),
  ),
);

/** Parses a common word for the state of an alert; null: unknown word. */
export const parseAction = (word: string): StateAction | null =>
  WORDS.get(word.toLowerCase().replaceAll(/[\s_-]/g, "")) ?? null;
