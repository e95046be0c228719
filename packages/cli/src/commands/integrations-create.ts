import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { parseId } from "../ids.ts";
import { readMatchers } from "../matchers.ts";
import { readObject, readText } from "../read-input.ts";
import { eachLine } from "../terminal-text.ts";
import { parseMinutes } from "../time.ts";

interface Options {
  name: string;
  provider: string;
  externalName?: string;
  team?: string;
  dedupWindow?: number;
  autoResolve?: number;
  heartbeat?: number;
  heartbeatCron?: string;
  heartbeatTimeZone?: string;
  heartbeatGrace?: number;
  heartbeatMatcher?: string[];
  location?: Schemas["Location"];
  secretFile?: string;
  settings?: string;
  idempotencyKey?: string;
}

const EXISTS = "The integration existed already, with the same settings. Nothing changed.";

export const integrationsCreate = () =>
  addExamples(
    new Command("create")
      .summary("Create an integration.")
      .description(
        "Create an integration. Prints its ingest URL, its secret and how to set up the source. The secret is shown only once.",
      )
      .requiredOption("--name <name>", "name of the integration")
      .requiredOption("--provider <provider>", "format of the source, such as alertmanager or generic")
      .option("--external-name <name>", "your name for it, unique in the team: a repeat with it changes nothing")
      .option("--team <id>", "team that owns the integration", parseId)
      .option("--dedup-window <duration>", "how long repeats are duplicates (default: 15m)", parseMinutes)
      .option("--auto-resolve <duration>", "resolve alerts without new events for this long", parseMinutes)
      .option("--heartbeat <duration>", "open an alert if no delivery arrives for this long", parseMinutes)
      .option("--heartbeat-cron <expression>", "open an alert if no delivery arrives at these times: 0 2 * * *")
      .option("--heartbeat-time-zone <zone>", "IANA time zone of --heartbeat-cron (default: UTC)")
      .option(
        "--heartbeat-grace <duration>",
        "how late a delivery may be for --heartbeat-cron (default: 10m)",
        parseMinutes,
      )
      .option(
        "--heartbeat-matcher <matcher>",
        "alerts with this label are heartbeats and open no alert, such as alertname=Watchdog; repeatable",
        (text: string, previous?: string[]) => [...(previous ?? []), text],
      )
      .option("--location <hint>", "where its Durable Objects are created, such as weur; it never changes")
      .option("--secret-file <file>", "file with a secret that the source generated; - is standard input")
      .option("--settings <file>", "JSON file with further fields of the API: verification, mapping …")
      .option("--idempotency-key <key>", "makes it safe to send the request again")
      .action(
        action(async ({ output, service }: Context, options: Options) => {
          const { settings, secretFile } = options;
          const { client } = service();
          const body = {
            ...(settings === undefined ? {} : await readObject<Partial<Schemas["NewIntegration"]>>(settings)),
            name: options.name,
            provider: options.provider,
            ...defined({
              externalName: options.externalName,
              teamId: options.team,
              secret: secretFile === undefined ? undefined : await readText(secretFile),
              location: options.location,
              deduplicationWindowMinutes: options.dedupWindow,
              autoResolveMinutes: options.autoResolve,
              heartbeatMinutes: options.heartbeat,
              heartbeatSchedule: readSchedule(options),
              heartbeatMatchers: options.heartbeatMatcher && readMatchers(options.heartbeatMatcher),
            }),
          };
          const header = defined({ "Idempotency-Key": options.idempotencyKey });
          const created = await dataOf(client.POST("/v1/integrations", { params: { header }, body }));
          if (output.isJson) output.json(created);
          else {
            output.line(`Integration  ${created.id}`);
            output.line(`Ingest URL   ${created.ingestUrl}`);
            if (created.emailAddress !== null) output.line(`Email        ${created.emailAddress}`);
            output.line(`Secret       ${created.secret ?? "(shown only when it was created)"}`);
            output.line("");
            output.line(eachLine(created.setup.trim()));
            output.note(created.secret === null ? EXISTS : "The secret is shown only once.");
          }
          return EXIT.done;
        }),
      ),
    "tocsin integrations create --name Production --provider alertmanager",
    "tocsin integrations create --name Backups --provider heartbeat --heartbeat-cron '0 2 * * *' --heartbeat-time-zone Europe/Berlin",
    "tocsin integrations create --name Staging --provider alertmanager --external-name staging-alertmanager",
  );

/** @throws UsageError */
function readSchedule({ heartbeatCron: cron, heartbeatTimeZone: timeZone, heartbeatGrace: graceMinutes }: Options) {
  if (cron !== undefined) return { cron, ...defined({ timeZone, graceMinutes }) };
  if (timeZone === undefined && graceMinutes === undefined) return undefined;
  throw new UsageError("--heartbeat-time-zone and --heartbeat-grace need --heartbeat-cron.");
}
