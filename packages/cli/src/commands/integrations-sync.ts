import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";

export const integrationsSync = () =>
  addExamples(
    new Command("sync")
      .summary("Send all configs to their objects.")
      .description(
        "Send the config of every integration to its Durable Objects. Needed only after the database was restored, or after the " +
          "objects lost their storage. Prints the ids of integrations whose objects do not answer.",
      )
      .action(
        action(async ({ output, service }: Context) => {
          const { client } = service();
          let synced = 0;
          const failed: string[] = [];
          for (let cursor: string | null | undefined; cursor !== null;) {
            const query: { cursor?: string } = defined({ cursor });
            const page: Schemas["SyncedIntegrations"] = await dataOf(
              client.POST("/v1/integrations/sync", { params: { query } }),
            );
            synced += page.synced;
            failed.push(...page.failed);
            cursor = page.nextCursor;
            output.status(`${synced} synced`);
          }
          output.status("");
          if (output.isJson) output.json({ synced, failed });
          else {
            for (const id of failed) output.line(id);
            output.note(`${synced} synced, ${failed.length} failed.`);
          }
          return failed.length === 0 ? EXIT.done : EXIT.unavailable;
        }),
      ),
    "tocsin integrations sync",
  );
