import { Command } from "commander";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { readText } from "../read-input.ts";
import { parseMinutes } from "../time.ts";

interface Options {
  overlap?: number;
  secretFile?: string;
  endOverlap?: boolean;
  idempotencyKey?: string;
}

export const integrationsRotate = () =>
  addExamples(
    new Command("rotate")
      .summary("Rotate a secret.")
      .description("Rotate the secret of an integration. The new secret is shown only once.")
      .argument("<id>", "id of the integration", parseId)
      .option(
        "--overlap <duration>",
        "how long the old secret stays valid, 0 for not at all (default: 24h)",
        parseMinutes,
      )
      .option("--secret-file <file>", "file with a secret that the source generated; - is standard input")
      .option("--end-overlap", "end the overlap of an earlier rotation now")
      .option("--idempotency-key <key>", "makes it safe to send the request again")
      .action(
        action(
          async (
            { output, service }: Context,
            { overlap, secretFile, endOverlap, idempotencyKey }: Options,
            id: string,
          ) => {
            const { client } = service();
            const body = defined({
              overlapMinutes: overlap,
              endOverlap,
              secret: secretFile === undefined ? undefined : await readText(secretFile),
            });
            const params = { path: { id }, header: defined({ "Idempotency-Key": idempotencyKey }) };
            const rotated = await dataOf(client.POST("/v1/integrations/{id}/rotate-secret", { params, body }));
            if (output.isJson) output.json(rotated);
            else {
              const { secret, emailAddress, previousSecretExpiresAt: expiresAt } = rotated;
              if (emailAddress !== null) output.line(`Email        ${emailAddress}`);
              output.line(`Secret       ${secret}`);
              output.line(`Old secret   ${expiresAt === null ? "invalid from now on" : `valid until ${expiresAt}`}`);
              output.note("The secret is shown only once.");
            }
            return EXIT.done;
          },
        ),
      ),
    'tocsin integrations rotate "$INTEGRATION" --overlap 2h',
  );
