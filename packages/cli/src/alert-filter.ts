/** The filter options of alerts, and those that alerts and deliveries share, as query parameters. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type AlertStatus, SEVERITIES, type Severity, STATUSES } from "../../../src/alerts/model.ts";
import { listOption } from "./command.ts";
import { parseId } from "./ids.ts";
import { instantOf } from "./time.ts";

export interface OriginFilter {
  query?: string;
  integration?: string;
  team?: string;
  since?: string;
  until?: string;
}

export interface AlertFilter extends OriginFilter {
  status?: AlertStatus[];
  severity?: Severity[];
  label?: string[];
  muted?: (typeof MUTED)[number];
}

/** Values of `--muted`: only alerts that are not muted, only muted ones, both. */
const MUTED = ["false", "true", "any"] as const;

/** Adds the query and the filters by integration, team and time. @param verb the event at that time, such as `triggered` */
export const addOriginFilter = (command: Command, verb: string): Command =>
  command
    .option("--query <query>", "filter in the query language: status:open label.service:checkout")
    .option("--integration <id>", "only items of this integration", parseId)
    .option("--team <id>", "only items of this team", parseId)
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
    .option("--label <name=value>", "only alerts with this label; repeatable", parseLabel)
    .addOption(
      new Option(
        "--muted <which>",
        "alerts that are not muted, muted ones, or both (default: false, in exports and tail any)",
      ).choices(MUTED),
    );

/** @param now Unix ms */
export const originQuery = ({ query, integration, team, since, until }: OriginFilter, now: number) => ({
  query,
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
  label: filter.label,
  muted: filter.muted,
});

function parseLabel(text: string, previous: readonly string[] = []): string[] {
  if (text.indexOf("=") < 1) throw new InvalidArgumentError("Use NAME=VALUE.");
  return [...previous, text];
}
