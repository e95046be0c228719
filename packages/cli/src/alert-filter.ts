/** The filter options of alerts, and those that alerts and deliveries share, as query parameters. */
import { type Command, InvalidArgumentError } from "commander";
import { type AlertStatus, SEVERITIES, type Severity, STATUSES } from "../../../src/alerts/model.ts";
import { listOption } from "./command.ts";
import { instantOf } from "./time.ts";

export interface OriginFilter {
  integration?: string;
  team?: string;
  since?: string;
  until?: string;
}

export interface AlertFilter extends OriginFilter {
  status?: AlertStatus[];
  severity?: Severity[];
  q?: string;
  label?: string[];
}

/** Adds the filters by integration, team and time. @param verb the event at that time, such as `triggered` */
export const addOriginFilter = (command: Command, verb: string): Command =>
  command
    .option("--integration <id>", "only items of this integration")
    .option("--team <id>", "only items of this team")
    .option("--since <when>", `${verb} at or after this instant, or this long ago: 15m, 2h, 7d`)
    .option("--until <when>", `${verb} before this instant, or this long ago`);

/** Adds the filters of alerts. */
export const addAlertFilter = (command: Command): Command =>
  addOriginFilter(
    command
      .addOption(listOption("--status <status>", "only alerts with this status", STATUSES))
      .addOption(listOption("--severity <severity>", "only alerts of this severity", SEVERITIES)),
    "triggered",
  )
    .option("--q <text>", "text in the title or description")
    .option("--label <name=value>", "only alerts with this label; repeatable", parseLabel);

/** @param now Unix ms */
export const originQuery = ({ integration, team, since, until }: OriginFilter, now: number) => ({
  integrationId: integration,
  teamId: team,
  since: instantOf(since, now),
  until: instantOf(until, now),
});

/** @param now Unix ms */
export const alertQuery = (filter: AlertFilter, now: number) => ({
  ...originQuery(filter, now),
  status: filter.status,
  severity: filter.severity,
  q: filter.q,
  label: filter.label,
});

function parseLabel(text: string, previous: readonly string[] = []): string[] {
  if (text.indexOf("=") < 1) throw new InvalidArgumentError("Use NAME=VALUE.");
  return [...previous, text];
}
