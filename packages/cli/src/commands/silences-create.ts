import { Command } from "commander";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { printFacts } from "../facts.ts";
import { parseId } from "../ids.ts";
import { MATCHERS_ARGUMENT, readMatchers } from "../matchers.ts";
import { silenceFacts } from "../silence-facts.ts";
import { checkDuration, instantAfter } from "../time.ts";

interface Options {
  comment: string;
  start?: string;
  for?: string;
  until?: string;
  team?: string;
  allTeams?: true;
  idempotencyKey?: string;
}

export const silencesCreate = () =>
  addExamples(
    new Command("create")
      .summary("Create a silence.")
      .description("Create a silence: mute all alerts whose labels match, from its start to its end.")
      .argument("<matcher...>", MATCHERS_ARGUMENT)
      .requiredOption("--comment <text>", "why the alerts are muted")
      .option("--for <duration>", "how long it lasts from its start: 30m, 2h, 7d", checkDuration)
      .option("--until <instant>", "when it ends: 2026-10-01T12:00:00Z")
      .option("--start <when>", "when it starts: an instant, or this long after now (default: now)")
      .option("--team <id>", "team whose alerts are muted (default: your only team, or all teams)", parseId)
      .option("--all-teams", "mute alerts of all teams")
      .option("--idempotency-key <key>", "makes it safe to send the request again")
      .action(
        action(async ({ output, service }: Context, options: Options, matchers: string[]) => {
          const { comment, team, allTeams, idempotencyKey } = options;
          if (team !== undefined && allTeams) throw new UsageError("Set either --team or --all-teams.");
          const body = {
            matchers: readMatchers(matchers),
            comment,
            ...periodOf(options, Date.now()),
            ...defined({ teamId: allTeams ? null : team }),
          };
          const header = defined({ "Idempotency-Key": idempotencyKey });
          const silence = await dataOf(service().client.POST("/v1/silences", { params: { header }, body }));
          if (output.isJson) output.json(silence);
          else printFacts(output, silenceFacts(silence));
          return EXIT.done;
        }),
      ),
    'tocsin silences create service=payments severity=~"low|info" --for 2h --comment "Deploy of payments"',
    'tocsin silences create HighLatency instance!=db-1 --start 1h --for 30m --comment "Failover test"',
  );

/** @param now Unix ms @throws UsageError unless the options define an end */
function periodOf({ start, for: duration, until }: Options, now: number): { startsAt?: string; endsAt: string } {
  const startsAt = start === undefined ? undefined : instantAfter(start, now);
  const from = startsAt === undefined ? now : Date.parse(startsAt);
  if (Number.isNaN(from)) throw new UsageError("Use an instant or a duration in --start.");
  if ((duration === undefined) === (until === undefined)) throw new UsageError("Set either --for or --until.");
  return { ...defined({ startsAt }), endsAt: duration === undefined ? (until ?? "") : instantAfter(duration, from) };
}
