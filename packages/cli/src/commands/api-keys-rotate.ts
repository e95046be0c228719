import { Command } from "commander";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { printFacts } from "../facts.ts";
import { parseId } from "../ids.ts";
import { parseMinutes } from "../time.ts";

interface Options {
  overlap?: number;
  endOverlap?: true;
  idempotencyKey?: string;
}

export const apiKeysRotate = () =>
  addExamples(
    new Command("rotate")
      .summary("Rotate an API key.")
      .description("Rotate an API key. The new key is shown only once; the id, name and scopes stay.")
      .argument("<id>", "id of the API key", parseId)
      .option(
        "--overlap <duration>",
        "how long the old key stays valid, at most 30 days, 0 for not at all (default: 24h)",
        parseMinutes,
      )
      .option("--end-overlap", "end the overlap of an earlier rotation now")
      .option("--idempotency-key <key>", "makes it safe to send the request again")
      .action(
        action(async ({ output, service }: Context, { overlap, endOverlap, idempotencyKey }: Options, id: string) => {
          const body = defined({ overlapMinutes: overlap, endOverlap });
          const params = { path: { id }, header: defined({ "Idempotency-Key": idempotencyKey }) };
          const rotated = await dataOf(service().client.POST("/v1/api-keys/{id}/rotate", { params, body }));
          if (output.isJson) output.json(rotated);
          else {
            const { key, previousKeyExpiresAt: expiresAt } = rotated;
            printFacts(output, [
              ["Key", key],
              ["Old key", expiresAt === null ? "invalid from now on" : `valid until ${expiresAt}`],
            ]);
            output.note("The key is shown only once.");
          }
          return EXIT.done;
        }),
      ),
    'tocsin api-keys rotate "$API_KEY" --overlap 2h',
  );
