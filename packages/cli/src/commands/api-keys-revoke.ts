import { Command } from "commander";
import { assertDone } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { forEachId } from "../each-id.ts";
import { parseIds } from "../ids.ts";

export const apiKeysRevoke = () =>
  addExamples(
    new Command("revoke")
      .summary("Revoke API keys.")
      .description("Revoke API keys: they are invalid from now on.")
      .argument("<id...>", "ids of API keys", parseIds)
      .action(
        action(async ({ output, service }: Context, _options: object, ids: string[]) => {
          const { client } = service();
          return forEachId(output, ids, "revoked", (id) =>
            assertDone(client.DELETE("/v1/api-keys/{id}", { params: { path: { id } } })),
          );
        }),
      ),
    'tocsin api-keys revoke "$API_KEY"',
  );
