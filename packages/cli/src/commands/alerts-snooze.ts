import { Command } from "commander";
import { addTargets, changeAlerts } from "../change-alerts.ts";
import { action, addExamples, type Context } from "../command.ts";
import { UsageError } from "../errors.ts";
import { checkDuration, instantAfter } from "../time.ts";

interface Options {
  for?: string;
  until?: string;
  end?: true;
  note?: string;
  query?: string;
}

export const alertsSnooze = () =>
  addExamples(
    addTargets(new Command("snooze"))
      .summary("Snooze alerts.")
      .description(
        "Snooze alerts: mute them until a time, at most one year from now. Only open and acknowledged alerts can be snoozed.",
      )
      .option("--for <duration>", "snooze for this long: 30m, 2h, 7d", checkDuration)
      .option("--until <instant>", "snooze until this instant: 2026-10-01T12:00:00Z")
      .option("--end", "end the snooze now")
      .option("--note <text>", "reason, recorded in the timeline of each alert")
      .action(
        action((context: Context, { note, query, ...options }: Options, ids: string[]) => {
          const snoozedUntil = endOf(options, Date.now());
          return changeAlerts(context, { ids, query }, { snoozedUntil, ...(note !== undefined && { note }) });
        }),
      ),
    'tocsin alerts snooze "$ALERT" --for 2h --note "Waiting for the disk."',
    "tocsin alerts snooze --query 'label.service:payments severity:low,info' --for 12h",
    'tocsin alerts snooze "$ALERT" --end',
  );

/** The end of the snooze; null: none. @throws UsageError unless one of the options is given */
function endOf({ for: duration, until, end }: Options, now: number): string | null {
  const given = [duration, until, end].filter((option) => option !== undefined);
  if (given.length !== 1) throw new UsageError("Set one of --for, --until and --end.");
  if (duration !== undefined) return instantAfter(duration, now);
  return until ?? null;
}
