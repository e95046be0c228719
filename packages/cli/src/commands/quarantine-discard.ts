import { Command } from "commander";
import { assertDone } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { forEachId } from "../each-id.ts";
import { parseId } from "../ids.ts";
import { parseRow } from "../quarantined-row.ts";

export const quarantineDiscard = () =>
  addExamples(
    new Command("discard")
      .summary("Discard quarantined rows.")
      .description("Discard quarantined rows. Their deliveries and changes are lost.")
      .argument("<integration>", "id of the integration", parseId)
      .argument("<row...>", "numbers of rows", (text: string, previous?: string[]) => [
        ...(previous ?? []),
        String(parseRow(text)),
      ])
      .action(
        action(async ({ output, service }: Context, _options: object, id: string, rows: string[]) => {
          const { client } = service();
          return forEachId(output, rows, "discarded", (row) =>
            assertDone(
              client.DELETE("/v1/integrations/{id}/quarantine/{row}", { params: { path: { id, row: Number(row) } } }),
            ),
          );
        }),
      ),
    'tocsin quarantine list "$INTEGRATION" | cut -f1 | xargs -r tocsin quarantine discard "$INTEGRATION"',
  );
