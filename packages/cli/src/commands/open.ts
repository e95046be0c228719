import { spawn } from "node:child_process";
import { Command } from "commander";
import { dataOf, type Service } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { CliError, EXIT } from "../errors.ts";
import { parseId } from "../ids.ts";

export const open = () =>
  addExamples(
    new Command("open")
      .summary("Open the console.")
      .description(
        "Open the page of an alert, a delivery or an integration in the console, or without an id its first page. Prints the " +
          "URL; on a terminal also opens it in the browser.",
      )
      .argument("[id]", "id of the alert, delivery or integration", parseId)
      .option("--print", "print the URL only")
      .action(
        action(async ({ output, service }: Context, { print }: { print?: true }, id?: string) => {
          const connected = service();
          const url = id === undefined ? `${connected.url}/` : await findPage(connected, id);
          if (output.isJson) output.json({ url });
          else output.line(url);
          if (output.isTerminal && !output.isJson && !print) await openBrowser(url);
          return EXIT.done;
        }),
      ),
    'tocsin open "$ALERT"',
    'tocsin open "$DELIVERY" --print',
  );

/** Finds the page of whatever has the id. @throws CliError if nothing has it, or the key may not see it */
async function findPage({ client, url }: Service, id: string): Promise<string> {
  const params = { params: { path: { id } } };
  const finders = [
    async () => (await dataOf(client.GET("/v1/alerts/{id}", params))).consoleUrl ?? `${url}/alerts/${id}`,
    async () => `${url}/deliveries/${(await dataOf(client.GET("/v1/deliveries/{id}", params))).id}`,
    async () => `${url}/integrations/${(await dataOf(client.GET("/v1/integrations/{id}", params))).id}`,
  ];
  let denied: CliError | null = null;
  for (const find of finders) {
    try {
      return await find();
    } catch (error) {
      // A key may have the scope for some of the kinds only.
      if (error instanceof CliError && error.exitCode === EXIT.denied) denied = error;
      else if (!(error instanceof CliError) || error.exitCode !== EXIT.notFound) throw error;
    }
  }
  throw (
    denied ??
    new CliError(EXIT.notFound, `No alert, delivery or integration has the id ${id}. Check the id and your access.`)
  );
}

/** The program that opens a URL in the browser, and its arguments. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** @throws CliError if no program opens it */
async function openBrowser(url: string): Promise<void> {
  if (!/^https?:\/\//.test(url)) throw new CliError(EXIT.failed, "The URL of the page is not http:// or https://.");
  const [program = "", ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, [...args, url], { stdio: "ignore", detached: true });
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
    child.once("error", () => reject(new CliError(EXIT.failed, `Cannot run ${program}. Open the URL yourself.`)));
  });
}
