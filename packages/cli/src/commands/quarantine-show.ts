import { Command } from "commander";
import { dataOf } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { type Fact, printFacts, sinceThen } from "../facts.ts";
import { parseId } from "../ids.ts";
import { parseRow } from "../quarantined-row.ts";

export const quarantineShow = () =>
  addExamples(
    new Command("show")
      .summary("Show a quarantined row.")
      .description("Show a quarantined row: why Postgres rejected it, and what it would have written.")
      .argument("<integration>", "id of the integration", parseId)
      .argument("<row>", "number of the row", parseRow)
      .action(
        action(async ({ output, service }: Context, _options: object, id: string, row: number) => {
          const params = { path: { id, row } };
          const detail = await dataOf(service().client.GET("/v1/integrations/{id}/quarantine/{row}", { params }));
          if (output.isJson) output.json(detail);
          else {
            printFacts(output, [
              ["Row", String(detail.row)],
              ["Error", detail.error],
              ["Accepted", detail.acceptedAt],
              ["Quarantined", sinceThen(detail.quarantinedAt, Date.now())],
              ["Delivery", detail.delivery && JSON.stringify(detail.delivery)],
              ...detail.alerts.map((alert): Fact => ["Alert", JSON.stringify(alert)]),
              ...detail.timeline.map((entry): Fact => ["Timeline", JSON.stringify(entry)]),
              [detail.bodyEncoding === "base64" ? "Body, base64" : "Body", detail.body],
            ]);
          }
          return EXIT.done;
        }),
      ),
    'tocsin quarantine list "$INTEGRATION" | cut -f1 | xargs -r -n1 tocsin quarantine show "$INTEGRATION"',
  );
