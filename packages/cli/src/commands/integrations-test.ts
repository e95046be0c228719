import { Command } from "commander";
import { dataOf } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT, exitCodeFor } from "../errors.ts";
import { parseId } from "../ids.ts";
import { oneLine } from "../terminal-text.ts";

export const integrationsTest = () =>
  addExamples(
    new Command("test")
      .summary("Send a test delivery.")
      .description("Send the signed sample delivery of the provider to an integration. It opens an alert.")
      .argument("<id>", "id of the integration", parseId)
      .action(
        action(async ({ output, service }: Context, _options: object, id: string) => {
          const { client } = service();
          const { statusCode, deliveryId, body, ...rest } = await dataOf(
            client.POST("/v1/integrations/{id}/test", { params: { path: { id } } }),
          );
          const exitCode = exitCodeFor(statusCode);
          if (output.isJson) output.json({ statusCode, deliveryId, body, ...rest });
          else {
            const result = exitCode === EXIT.done ? "Accepted" : "Rejected";
            output.line(`${result}: ${statusCode}${deliveryId === null ? "" : `, delivery ${deliveryId}`}`);
            output.line(oneLine(JSON.stringify(body)));
          }
          return exitCode;
        }),
      ),
    'tocsin integrations test "$INTEGRATION"',
  );
