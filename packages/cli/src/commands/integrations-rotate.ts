import { defineCommand } from "../command.ts";
import { EXIT } from "../errors.ts";
import { readText } from "../input.ts";
import { answered, defined } from "../service.ts";
import { minutesOf } from "../time.ts";

/** `tocsin integrations rotate` */
export const integrationsRotate = defineCommand({
  path: ["integrations", "rotate"],
  summary: "Give an integration a new secret, and print it (this once)",
  operand: { name: "ID", summary: "The integration" },
  options: {
    overlap: {
      type: "string",
      value: "SPAN",
      summary: "How long the present secret stays good; by default 24h, 0: not at all",
    },
    "secret-file": {
      type: "string",
      value: "FILE",
      summary: "The new secret, where the source makes it itself; - is standard input",
      isFile: true,
    },
    "idempotency-key": { type: "string", value: "KEY", summary: "Makes it safe to send again" },
  },
  examples: ['tocsin integrations rotate "$INTEGRATION" --overlap 2h'],
  async run({ output, service }, { overlap, "secret-file": secretFile, "idempotency-key": key }, [id = ""]) {
    const { client } = service();
    const body = defined({
      overlapMinutes: overlap === undefined ? undefined : minutesOf("overlap", overlap),
      secret: secretFile === undefined ? undefined : await readText(secretFile),
    });
    const params = { path: { id }, header: defined({ "Idempotency-Key": key }) };
    const rotated = await answered(client.POST("/v1/integrations/{id}/rotate-secret", { params, body }));
    if (output.isJson) {
      output.json(rotated);
      return EXIT.done;
    }
    output.line(`Secret       ${rotated.secret}`);
    output.line(
      `Old secret   ${rotated.previousSecretExpiresAt === null ? "no longer good" : `good until ${rotated.previousSecretExpiresAt}`}`,
    );
    output.note("The secret is shown this once.");
    return EXIT.done;
  },
});
