import { Command, Option } from "commander";
import { SEVERITIES, type Severity } from "../../../../src/alerts/model.ts";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context, listOption } from "../command.ts";
import { EXIT } from "../errors.ts";
import { printFacts } from "../facts.ts";
import { parseId } from "../ids.ts";
import { readObject, readText } from "../read-input.ts";

type Preset = Schemas["SubscriptionPreset"];

const PRESETS = ["slack", "teams", "discord", "pagerduty", "opsgenie"] as const satisfies readonly Preset[];

interface Options {
  name: string;
  endpoint: string;
  externalName?: string;
  team?: string;
  severity?: Severity[];
  integration?: string;
  preset?: Preset;
  presetKeyFile?: string;
  settings?: string;
  idempotencyKey?: string;
}

export const subscriptionsCreate = () =>
  addExamples(
    new Command("create")
      .summary("Create a subscription.")
      .description(
        "Create a subscription: send timeline entries to an endpoint. Prints its signing secret, which is shown only once.",
      )
      .requiredOption("--name <name>", "name of the subscription")
      .requiredOption("--endpoint <url>", "URL that receives the messages")
      .option("--external-name <name>", "your name for it, unique in the team: a repeat with it changes nothing")
      .option("--team <id>", "team whose alerts are sent (default: your only team, or all teams)", parseId)
      .addOption(listOption("--severity <severity>", "only entries of alerts of this severity", SEVERITIES))
      .option("--integration <id>", "only entries of alerts of this integration", parseId)
      .addOption(new Option("--preset <product>", "send messages of this product").choices(PRESETS))
      .option("--preset-key-file <file>", "file with the key that the preset needs; - is standard input")
      .option("--settings <file>", "JSON file with further fields of the API: filter, headers, expression …")
      .option("--idempotency-key <key>", "makes it safe to send the request again")
      .action(
        action(async ({ output, service }: Context, options: Options) => {
          const { settings, presetKeyFile, severity, integration } = options;
          const given = settings === undefined ? {} : await readObject<Partial<Schemas["NewSubscription"]>>(settings);
          const body = {
            ...given,
            name: options.name,
            url: options.endpoint,
            filter: { ...given.filter, ...defined({ severity, integrationId: integration }) },
            ...defined({
              externalName: options.externalName,
              teamId: options.team,
              preset: options.preset,
              presetKey: presetKeyFile === undefined ? undefined : await readText(presetKeyFile),
            }),
          };
          const header = defined({ "Idempotency-Key": options.idempotencyKey });
          const created = await dataOf(service().client.POST("/v1/subscriptions", { params: { header }, body }));
          if (output.isJson) output.json(created);
          else {
            const { id, secret, url } = created;
            printFacts(output, [
              ["Subscription", id],
              ["URL", url],
              ["Secret", secret ?? "(shown only when it was created)"],
            ]);
            output.note(
              secret === null
                ? "The subscription existed already, with the same settings. Nothing changed."
                : "The secret is shown only once.",
            );
          }
          return EXIT.done;
        }),
      ),
    "tocsin subscriptions create --name Pager --endpoint https://pager.example.com/hook --severity critical,high",
  );
