import { defineCommand } from "../command.ts";
import { EXIT, exitOf } from "../errors.ts";
import { answered } from "../service.ts";
import { oneLine } from "../text.ts";

/** `tocsin integrations test` */
export const integrationsTest = defineCommand({
  path: ["integrations", "test"],
  summary: "Let the service send the provider's signed sample to an integration; it opens an alert",
  operand: { name: "ID", summary: "The integration" },
  options: {},
  examples: ['tocsin integrations test "$INTEGRATION"'],
  async run({ output, service }, _values, [id = ""]) {
    const { client } = service();
    const test = await answered(client.POST("/v1/integrations/{id}/test", { params: { path: { id } } }));
    if (output.isJson) {
      output.json(test);
      return exitOf(test.statusCode);
    }
    const isTaken = exitOf(test.statusCode) === EXIT.done;
    output.line(
      `${isTaken ? "Taken" : "Refused"}: ${test.statusCode}${test.deliveryId === null ? "" : `, delivery ${test.deliveryId}`}`,
    );
    output.line(oneLine(JSON.stringify(test.body)));
    return exitOf(test.statusCode);
  },
});
