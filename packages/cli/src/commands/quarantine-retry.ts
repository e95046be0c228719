import { Command } from "commander";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { parseRow } from "../quarantined-row.ts";

export const quarantineRetry = () =>
  addExamples(
    new Command("retry")
      .summary("Retry quarantined rows.")
      .description("Write quarantined rows to Postgres again: all of an integration, or one.")
      .argument("<integration>", "id of the integration", parseId)
      .argument("[row]", "number of the row (default: all rows)", parseRow)
      .action(
        action(async ({ output, service }: Context, _options: object, id: string, row?: number) => {
          const result = await dataOf(
            service().client.POST("/v1/integrations/{id}/quarantine/retry", {
              params: { path: { id } },
              body: defined({ row }),
            }),
          );
          if (output.isJson) output.json(result);
          else output.line(`Rows to write again: ${result.retried}`);
          return EXIT.done;
        }),
      ),
    'tocsin quarantine retry "$INTEGRATION"',
  );
