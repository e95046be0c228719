import { Command } from "commander";
import { dataOf } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { oneLine } from "../terminal-text.ts";

export const subscriptionsTest = () =>
  addExamples(
    new Command("test")
      .summary("Send a test message.")
      .description(
        "Send a signed test message to the endpoint of a subscription. Fails if the endpoint does not accept it.",
      )
      .argument("<id>", "id of the subscription", parseId)
      .action(
        action(async ({ output, service }: Context, _options: object, id: string) => {
          const result = await dataOf(
            service().client.POST("/v1/subscriptions/{id}/test", { params: { path: { id } } }),
          );
          const { isDelivered, statusCode, error } = result;
          if (output.isJson) output.json(result);
          else {
            const reason = error ?? (statusCode === null ? null : String(statusCode));
            output.line(oneLine(`${isDelivered ? "Delivered" : "Failed"}${reason === null ? "" : `: ${reason}`}`));
          }
          return isDelivered ? EXIT.done : EXIT.failed;
        }),
      ),
    'tocsin subscriptions test "$SUBSCRIPTION"',
  );
