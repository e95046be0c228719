import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf, defined } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";
import { addPageOptions, type PageOptions, printList } from "../print-list.ts";
import type { Column } from "../table.ts";
import { ageOf } from "../time.ts";

type ApiKey = Schemas["ApiKey"];

/** @param now Unix ms */
const columns = (now: number): Column<ApiKey>[] => [
  { header: "ID", text: ({ id }) => id },
  {
    header: "STATE",
    text: (key) => stateOf(key, now),
    color: (key) => (stateOf(key, now) === "valid" ? "green" : "gray"),
  },
  { header: "SCOPES", text: ({ scopes }) => scopes.join(","), rank: 2 },
  { header: "EXPIRES", text: ({ expiresAt }) => expiresAt ?? "", rank: 3 },
  {
    header: "USED",
    text: ({ lastUsedAt }) => (lastUsedAt === null ? "" : ageOf(lastUsedAt, now)),
    plain: ({ lastUsedAt }) => lastUsedAt ?? "",
    isNumeric: true,
    rank: 1,
  },
  { header: "NAME", text: ({ name }) => name, isFlexible: true },
];

function stateOf({ revokedAt, expiresAt }: ApiKey, now: number): string {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= now ? "expired" : "valid";
}

export const apiKeysList = () =>
  addExamples(
    addPageOptions(new Command("list").option("--team <id>", "only API keys of this team", parseId))
      .summary("List API keys.")
      .description(
        "List API keys, without the keys themselves. Prints a table on a terminal, else tab-separated values: id, state, " +
          "scopes, expires at, last used at, name.",
      )
      .action(
        action(async ({ output, service }: Context, { team, ...options }: PageOptions & { team?: string }) => {
          const { client } = service();
          await printList(output, columns(Date.now()), options, (page) =>
            dataOf(client.GET("/v1/api-keys", { params: { query: defined({ teamId: team, ...page }) } })),
          );
          return EXIT.done;
        }),
      ),
    "tocsin api-keys list",
  );
