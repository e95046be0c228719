/** Links from a muted alert to the silences that mute it. The Worker and the browser render them. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { Time } from "../parts/time.tsx";

export type LinkedSilence = Pick<Schemas["Silence"], "id" | "comment" | "endsAt">;

/** Silences that are loaded for the texts of the links; the others are links without. */
export const MAX_LINKED = 5;

/** @param silences those that could be loaded */
export const SilenceLinks: FC<{ ids: readonly string[]; silences: readonly LinkedSilence[] }> = ({ ids, silences }) => (
  <ul>
    {ids.map((id) => {
      const silence = silences.find((one) => one.id === id);
      return (
        <li>
          <a href={`/silences/${id}`} dir="auto">
            {silence?.comment ?? "Silence"}
          </a>
          {silence ? (
            <span class="muted">
              , ends <Time at={silence.endsAt} />
            </span>
          ) : null}
        </li>
      );
    })}
  </ul>
);
