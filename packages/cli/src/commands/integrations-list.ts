import type { Schemas } from "../../../client/src/index.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../errors.ts";
import { PAGE_OPTIONS, printList } from "../list.ts";
import { answered, defined } from "../service.ts";
import type { Column } from "../table.ts";

const COLUMNS: readonly Column<Schemas["Integration"]>[] = [
  { header: "ID", text: ({ id }) => id },
  { header: "PROVIDER", text: ({ provider }) => provider },
  { header: "PROOF", text: ({ verification }) => verification.scheme, rank: 2 },
  {
    header: "STATE",
    text: ({ isEnabled }) => (isEnabled ? "enabled" : "disabled"),
    color: ({ isEnabled }) => (isEnabled ? "green" : "gray"),
    rank: 1,
  },
  { header: "NAME", text: ({ name }) => name, isFlexible: true },
];

/** `tocsin integrations list` */
export const integrationsList = defineCommand({
  path: ["integrations", "list"],
  summary: "List integrations",
  description: "A table on a terminal; tab-separated values otherwise: id, provider, scheme of proof, state, name.",
  options: { team: { type: "string", value: "ID", summary: "Only what belongs to this team" }, ...PAGE_OPTIONS },
  examples: ["tocsin integrations list"],
  async run({ output, service }, { team, ...values }) {
    const { client } = service();
    await printList(output, COLUMNS, values, (page) =>
      answered(client.GET("/v1/integrations", { params: { query: defined({ teamId: team, ...page }) } })),
    );
    return EXIT.done;
  },
});
