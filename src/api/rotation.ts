/** The fields of a rotation: how long the old secret or key stays valid. */
import { z } from "@hono/zod-openapi";
import { DEFAULT_OVERLAP_MINUTES, MAX_OVERLAP_MINUTES } from "../lib/rotation.ts";

/** @param consequence what the time means for the old secret, for the documentation */
export const overlapField = (consequence: string) =>
  z.int().min(0).max(MAX_OVERLAP_MINUTES).default(DEFAULT_OVERLAP_MINUTES).openapi({ description: consequence });

/** @param what the secret or the key */
export const endOverlapField = (what: string) =>
  z
    .boolean()
    .default(false)
    .openapi({ description: `true: the ${what} from before an earlier rotation stops now, before its promised time` });
