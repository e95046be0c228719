import type { Schemas } from "../../../client/src/index.ts";
import { paint, WORD_COLORS } from "../colors.ts";
import { defineCommand } from "../command.ts";
import { EXIT, UnreachableError } from "../errors.ts";
import { answered, reasonOf } from "../service.ts";
import { oneLine } from "../text.ts";
import { ageOf } from "../time.ts";

/** `tocsin deliveries show` */
export const deliveriesShow = defineCommand({
  path: ["deliveries", "show"],
  summary: "Tell what became of a delivery, and why",
  operand: { name: "ID", summary: "The delivery" },
  options: { payload: { type: "boolean", summary: "Print its body instead, byte for byte as it came" } },
  examples: ['tocsin deliveries show "$DELIVERY"', 'tocsin deliveries show "$DELIVERY" --payload > body.json'],
  async run({ output, service }, { payload }, [id = ""]) {
    const target = service();
    if (payload) {
      const response = await target.open(`/v1/deliveries/${encodeURIComponent(id)}/payload`, {});
      const bytes = await response.arrayBuffer().catch((error: unknown) => {
        throw new UnreachableError(`the body broke off: ${reasonOf(error)}`);
      });
      process.stdout.write(new Uint8Array(bytes));
      return EXIT.done;
    }
    const delivery = await answered(target.client.GET("/v1/deliveries/{id}", { params: { path: { id } } }));
    if (output.isJson) output.json(delivery);
    else for (const line of describe(delivery, Date.now(), output.isColored)) output.line(line);
    return EXIT.done;
  },
});

/** A delivery's story, line by line; `now` in Unix ms. */
export function describe(delivery: Schemas["Delivery"], now: number, isColored: boolean): string[] {
  const color = isColored ? WORD_COLORS.get(delivery.status) : undefined;
  const status = color ? paint(delivery.status, color) : delivery.status;
  const age = ageOf(delivery.receivedAt, now);
  const identity =
    delivery.idempotencyKey === null ? `content ${delivery.contentFingerprint}` : `key ${delivery.idempotencyKey}`;
  const hasDedupKey = delivery.idempotencyKey !== null || delivery.contentFingerprint !== null;
  const facts: [string, string | null][] = [
    ["Delivery", delivery.id],
    ["Integration", delivery.integrationId],
    [
      "Received",
      `${delivery.receivedAt} (${age === "now" ? "just now" : `${age} ago`})${delivery.sourceIp ? ` from ${delivery.sourceIp}` : ""}`,
    ],
    ["Status", `${status}, answered ${delivery.statusCode}`],
    ["Why", delivery.reason],
    ["Error", delivery.error],
    ["DedupKey", hasDedupKey ? identity : null],
    ["Duplicate of", delivery.duplicateOf],
    ["Replay of", delivery.replayOf],
    [
      "Body",
      delivery.bodyBytes === null
        ? null
        : `${delivery.bodyBytes} bytes, ${delivery.contentType ?? "no content type"}${delivery.isBodyCut ? ", not kept whole" : ""}`,
    ],
    ...delivery.events.map(({ action, outcome, alertId, detail }): [string, string] => [
      "Event",
      `${action ?? "unreadable"}: ${outcome}${alertId === null ? "" : `, alert ${alertId}`}${detail === undefined ? "" : ` (${detail})`}`,
    ]),
  ];
  return facts.flatMap(([name, fact]) =>
    fact === null ? [] : [`${name.padEnd(12)}  ${name === "Status" ? fact : oneLine(fact)}`],
  );
}
