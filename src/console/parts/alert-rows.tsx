/** Alerts as short rows: related alerts, and the matches of a silence. The Worker and the browser render them. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { SeverityBadge, StatusBadge } from "./badges.tsx";
import { Time } from "./time.tsx";

type Alert = Pick<Schemas["Alert"], "id" | "title" | "severity" | "status" | "triggeredAt">;

export const AlertRows: FC<{ alerts: readonly Alert[] }> = ({ alerts }) => (
  <ol class="rows related">
    {alerts.map(({ id, title, severity, status, triggeredAt }) => (
      <li>
        <SeverityBadge severity={severity} isCompact />
        <StatusBadge status={status} isCompact />
        <a class="title what" href={`/alerts/${id}`} dir="auto" title={title}>
          {title}
        </a>
        <span class="when">
          <Time at={triggeredAt} />
        </span>
      </li>
    ))}
  </ol>
);
