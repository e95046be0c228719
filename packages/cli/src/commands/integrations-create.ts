import type { Schemas } from "../../../client/src/index.ts";
import { defineCommand } from "../command.ts";
import { CliError, EXIT } from "../errors.ts";
import { readText } from "../input.ts";
import { answered, defined, parsed } from "../service.ts";
import { lines } from "../text.ts";
import { minutesOf } from "../time.ts";

const minutes = (name: string, text: string | undefined) => (text === undefined ? undefined : minutesOf(name, text));

/** `tocsin integrations create` */
export const integrationsCreate = defineCommand({
  path: ["integrations", "create"],
  summary: "Connect a source; prints its URL, its secret (this once) and the steps to set it up",
  options: {
    name: { type: "string", value: "NAME", summary: "What people call it", isRequired: true },
    provider: {
      type: "string",
      value: "PROVIDER",
      summary: "The kind of source, such as alertmanager or generic",
      isRequired: true,
      suggestions: async () => [...(await import("../../../../src/providers/index.ts")).PROVIDERS.keys()],
    },
    team: { type: "string", value: "ID", summary: "The team that it belongs to" },
    window: { type: "string", value: "SPAN", summary: "How long repeats are known; by default 15m" },
    "auto-resolve": { type: "string", value: "SPAN", summary: "Resolve alerts that were quiet for so long" },
    "expected-every": { type: "string", value: "SPAN", summary: "Open an alert when nothing came for so long" },
    "secret-file": {
      type: "string",
      value: "FILE",
      summary: "The secret, where the source makes it itself; - is standard input",
      isFile: true,
    },
    settings: {
      type: "string",
      value: "FILE",
      summary: "More of it as the API takes it (verification, mapping ...), JSON",
      isFile: true,
    },
    "idempotency-key": { type: "string", value: "KEY", summary: "Makes it safe to send again" },
  },
  examples: ["tocsin integrations create --name Production --provider alertmanager"],
  async run({ output, service }, values) {
    const { settings, "secret-file": secretFile, "idempotency-key": key } = values;
    const { client } = service();
    const body = {
      ...(settings === undefined ? {} : await readSettings(settings)),
      name: values.name,
      provider: values.provider,
      ...defined({
        teamId: values.team,
        secret: secretFile === undefined ? undefined : await readText(secretFile),
        deduplicationWindowMinutes: minutes("window", values.window),
        autoResolveMinutes: minutes("auto-resolve", values["auto-resolve"]),
        heartbeatMinutes: minutes("expected-every", values["expected-every"]),
      }),
    };
    const header = defined({ "Idempotency-Key": key });
    const made = await answered(client.POST("/v1/integrations", { params: { header }, body }));
    if (output.isJson) {
      output.json(made);
      return EXIT.done;
    }
    output.line(`Integration  ${made.id}`);
    output.line(`Ingest URL   ${made.ingestUrl}`);
    output.line(`Secret       ${made.secret}`);
    output.line("");
    output.line(lines(made.setup.trim()));
    output.note("The secret is shown this once.");
    return EXIT.done;
  },
});

async function readSettings(file: string): Promise<Partial<Schemas["NewIntegration"]>> {
  const settings = parsed(await readText(file));
  if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) return settings;
  throw new CliError(EXIT.failed, `${file} does not hold a JSON object`);
}
