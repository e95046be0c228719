import type { Schemas } from "../../client/src/index.ts";
import { actorName } from "./actor.ts";
import { WORD_COLORS } from "./colors.ts";
import type { Fact } from "./facts.ts";
import { matchersText } from "./matchers.ts";

export const silenceFacts = (silence: Schemas["Silence"]): Fact[] => [
  ["Silence", silence.id],
  ["State", silence.state, WORD_COLORS.get(silence.state)],
  ["Matchers", matchersText(silence.matchers)],
  ["Starts", silence.startsAt],
  ["Ends", silence.endsAt],
  ["Comment", silence.comment],
  ["Created by", actorName(silence.createdBy)],
  ["Team", silence.teamId ?? "all teams"],
];
