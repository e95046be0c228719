import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { requireScope } from "../require-scope.ts";
import { gettableAlertSchema } from "./alert.ts";
import { textProblems } from "./errors.ts";
import { alertsQuery, included, includesStatus, readLabelFilter, readReceiverFilter } from "./filter.ts";
import { GROUP_BY, type Group, Groups } from "./group.ts";
import { streamed, streamJson } from "./stream-json.ts";
import { type AlertReader, openAlertReader } from "./unresolved-alerts.ts";

const groupSchema = z
  .object({
    labels: z.record(z.string(), z.string()).openapi({ description: "The group labels" }),
    routeLabels: z.record(z.string(), z.string()).openapi({ description: "Always empty" }),
    receiver: z.object({ name: z.string() }),
    alerts: z.array(gettableAlertSchema),
  })
  .openapi("AlertmanagerAlertGroup");

const route = createRoute({
  method: "get",
  path: "/api/v2/alerts/groups",
  operationId: "alertmanagerGetAlertGroups",
  tags: ["alertmanager"],
  summary: "List Alertmanager Alert Groups",
  description: `Lists all unresolved alerts that match all filters, grouped by receiver and the labels ${GROUP_BY.map((name) => `\`${name}\``).join(" and ")}. Streams the list: an interrupted one is no complete JSON.`,
  ...requireScope("alerts:read"),
  request: {
    query: z.object({ ...alertsQuery, muted: included("groups of silenced and snoozed alerts only") }),
  },
  responses: { ...streamed("The groups", z.array(groupSchema)), ...textProblems },
});

/** Characters of alerts that are kept while the groups are made. The others are read again. */
const MAX_KEPT = 16 * 1024 * 1024;

interface Member {
  id: string;
  isSuppressed: boolean;
  /** The alert as JSON; null: not kept. */
  text: string | null;
}

export function registerGetAlertGroups(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const [matchesReceiver, labelFilter] = [readReceiverFilter(query), readLabelFilter(query)];
    const reader = await openAlertReader(c, labelFilter.indexed);
    const groups = new Groups<Member>();
    let kept = 0;
    for await (const page of reader.pages) {
      for (const { id, alert, receiver } of page) {
        if (!matchesReceiver(receiver) || !labelFilter.matches(alert.labels)) continue;
        if (!includesStatus(query, alert.status)) continue;
        const text = JSON.stringify(alert);
        kept += text.length;
        const isSuppressed = alert.status.state === "suppressed";
        groups.add(alert.labels, receiver, { id, isSuppressed, text: kept > MAX_KEPT ? null : text });
      }
    }
    const shown = groups.sorted().filter(({ members }) => query.muted || members.some((one) => !one.isSuppressed));
    return streamJson(c, groupParts(shown, reader));
  });
}

/** Alerts that are read again together. */
const CHUNK = 200;

/** Makes the parts of the JSON array of the groups. An alert that was resolved since it was grouped is left out. */
async function* groupParts(groups: readonly Group<Member>[], reader: AlertReader): AsyncGenerator<string> {
  yield "[";
  for (const [index, { labels, receiver, members }] of groups.entries()) {
    const head = JSON.stringify({ labels, routeLabels: {}, receiver: { name: receiver.name } });
    yield `${index === 0 ? "" : ","}${head.slice(0, -1)},"alerts":[`;
    let separator = "";
    for (let at = 0; at < members.length; at += CHUNK) {
      const texts = await textsOf(members.slice(at, at + CHUNK), reader);
      if (texts.length === 0) continue;
      yield separator + texts.join(",");
      separator = ",";
    }
    yield "]}";
  }
  yield "]";
}

async function textsOf(members: readonly Member[], reader: AlertReader): Promise<string[]> {
  const missing = members.filter(({ text }) => text === null).map(({ id }) => id);
  const read = missing.length === 0 ? new Map<string, string>() : await readTexts(missing, reader);
  return members.flatMap(({ id, text }) => text ?? read.get(id) ?? []);
}

const readTexts = async (ids: readonly string[], reader: AlertReader): Promise<Map<string, string>> =>
  new Map((await reader.find(ids)).map(({ id, alert }) => [id, JSON.stringify(alert)]));
