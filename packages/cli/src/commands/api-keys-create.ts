import { Command } from "commander";
import { SCOPES, type Scope } from "../../../../src/lib/principal.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context, listOption } from "../command.ts";
import { EXIT } from "../errors.ts";
import { printFacts } from "../facts.ts";
import { parseId } from "../ids.ts";
import { instantAfter } from "../time.ts";

interface Options {
  name: string;
  scope: Scope[];
  team?: string;
  integration?: string;
  expires?: string;
  idempotencyKey?: string;
}

export const apiKeysCreate = () =>
  addExamples(
    new Command("create")
      .summary("Create an API key.")
      .description("Create an API key. The key is shown only once.")
      .requiredOption("--name <name>", "name of the key")
      .addOption(listOption("--scope <scope>", "what the key may do", SCOPES).makeOptionMandatory())
      .option("--team <id>", "team of the key (default: your only team, or all teams)", parseId)
      .option("--integration <id>", "only the alerts and deliveries of this integration", parseId)
      .option("--expires <when>", "when the key expires: an instant, or this long after now (default: never)")
      .option("--idempotency-key <key>", "makes it safe to send the request again")
      .action(
        action(async ({ output, service }: Context, options: Options) => {
          const { name, scope: scopes, team, integration, expires, idempotencyKey } = options;
          const body = {
            name,
            scopes,
            integrationId: integration ?? null,
            expiresAt: expires === undefined ? null : instantAfter(expires, Date.now()),
            ...defined({ teamId: team }),
          };
          const header = defined({ "Idempotency-Key": idempotencyKey });
          const created = await dataOf(service().client.POST("/v1/api-keys", { params: { header }, body }));
          if (output.isJson) output.json(created);
          else {
            printFacts(output, [
              ["API key", created.id],
              ["Key", created.key],
              ["Scopes", created.scopes.join(", ")],
              ["Expires", created.expiresAt],
            ]);
            output.note("The key is shown only once.");
          }
          return EXIT.done;
        }),
      ),
    "tocsin api-keys create --name grafana --scope alerts:read",
    'tocsin api-keys create --name ci --scope alerts:write --integration "$INTEGRATION" --expires 90d',
  );
