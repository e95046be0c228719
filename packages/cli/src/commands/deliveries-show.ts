import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, reasonOf } from "../api-client.ts";
import { WORD_COLORS } from "../colors.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT, UnreachableError } from "../errors.ts";
import { type Fact, printFacts, sinceThen } from "../facts.ts";
import { parseId } from "../ids.ts";

export const deliveriesShow = () =>
  addExamples(
    new Command("show")
      .summary("Show a delivery.")
      .description("Show a delivery: the decision, its reason, and the outcomes of its events.")
      .argument("<id>", "id of the delivery", parseId)
      .option("--payload", "print the original body instead, byte for byte")
      .action(
        action(async ({ output, service }: Context, { payload }: { payload?: true }, id: string) => {
          const { client, open } = service();
          if (payload) {
            const response = await open(`/v1/deliveries/${encodeURIComponent(id)}/payload`, {});
            const bytes = await response.arrayBuffer().catch((error: unknown) => {
              throw new UnreachableError(`The body is incomplete: ${reasonOf(error)}.`);
            });
            process.stdout.write(new Uint8Array(bytes));
            return EXIT.done;
          }
          const delivery = await dataOf(client.GET("/v1/deliveries/{id}", { params: { path: { id } } }));
          if (output.isJson) output.json(delivery);
          else printFacts(output, factsOf(delivery, Date.now()));
          return EXIT.done;
        }),
      ),
    'tocsin deliveries show "$DELIVERY"',
    'tocsin deliveries show "$DELIVERY" --payload > body.json',
  );

/** @param now Unix ms */
function factsOf(delivery: Schemas["DeliveryDetail"], now: number): Fact[] {
  const { status, idempotencyKey, contentFingerprint, bodyBytes, contentType } = delivery;
  return [
    ["Delivery", delivery.id],
    ["Integration", delivery.integrationId],
    ["Received", `${sinceThen(delivery.receivedAt, now)}${delivery.sourceIp ? ` from ${delivery.sourceIp}` : ""}`],
    ["Status", `${status}, response ${delivery.statusCode}`, WORD_COLORS.get(status)],
    ["Reason", delivery.reason],
    ["Error", delivery.error],
    ["Suggestion", delivery.suggestedProvider?.text ?? null],
    [
      "Dedup key",
      idempotencyKey === null
        ? contentFingerprint && `content fingerprint ${contentFingerprint}`
        : `idempotency key ${idempotencyKey}`,
    ],
    ["Duplicate of", delivery.duplicateOf],
    ["Replay of", delivery.replayOf],
    [
      "Body",
      bodyBytes === null
        ? null
        : `${bodyBytes} bytes, ${contentType ?? "no content type"}${delivery.isBodyCut ? ", stored in part" : ""}`,
    ],
    ...delivery.events.map(({ action: name, outcome, alertId, detail }): Fact => [
      "Event",
      `${name ?? "unreadable"}: ${outcome}${alertId === null ? "" : `, alert ${alertId}`}${detail === undefined ? "" : ` (${detail})`}`,
    ]),
  ];
}
