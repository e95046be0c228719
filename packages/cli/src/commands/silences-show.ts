import { Command } from "commander";
import { dataOf } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { printFacts } from "../facts.ts";
import { parseId } from "../ids.ts";
import { silenceFacts } from "../silence-facts.ts";

export const silencesShow = () =>
  addExamples(
    new Command("show")
      .description("Show a silence.")
      .argument("<id>", "id of the silence", parseId)
      .action(
        action(async ({ output, service }: Context, _options: object, id: string) => {
          const silence = await dataOf(service().client.GET("/v1/silences/{id}", { params: { path: { id } } }));
          if (output.isJson) output.json(silence);
          else printFacts(output, silenceFacts(silence));
          return EXIT.done;
        }),
      ),
    'tocsin silences show "$SILENCE"',
  );
