import { Command } from "commander";
import { assertDone } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { forEachId } from "../each-id.ts";
import { parseIds } from "../ids.ts";

export const silencesExpire = () =>
  addExamples(
    new Command("expire")
      .summary("Expire silences.")
      .description("Expire silences: end them now. Subscriptions are notified of their unresolved alerts.")
      .argument("<id...>", "ids of silences", parseIds)
      .action(
        action(async ({ output, service }: Context, _options: object, ids: string[]) => {
          const { client } = service();
          return forEachId(output, ids, "expired", (id) =>
            assertDone(client.DELETE("/v1/silences/{id}", { params: { path: { id } } })),
          );
        }),
      ),
    'tocsin silences expire "$SILENCE"',
  );
