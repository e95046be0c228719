/** Whether wrangler has a command and its options: asked of wrangler itself, which needs no account for that. */

interface Option {
  alias?: string | string[];
}

interface Command {
  definition?: { args?: Record<string, Option>; positionalArgs?: string[]; type?: string; aliasOf?: string };
  subtree?: Map<string, Command>;
}

interface Commands {
  registry: Command;
  globalFlags: Record<string, Option>;
}

/**
 * What is wrong with a command of wrangler; null: nothing.
 * @param words behind `wrangler`
 * @param config the text of wrangler.toml, which must know the names of secrets that are put
 */
export async function wranglerProblem(words: readonly string[], config: string): Promise<string | null> {
  const { registry, globalFlags } = await commands();
  let command = registry;
  const path = ["wrangler"];
  const rest = [...words];
  for (let next = command.subtree?.get(rest[0] ?? ""); next; next = command.subtree?.get(rest[0] ?? "")) {
    command = next;
    path.push(rest.shift() ?? "");
  }
  const { definition } = command;
  if (definition?.type !== "command") return `wrangler has no command ${[...path.slice(1), ...rest].join(" ")}`;
  const known = optionNames({ ...globalFlags, ...definition.args });
  for (const word of rest.filter((one) => one.startsWith("-"))) {
    const name = word.replace(/^--?/, "").replace(/=.*/s, "");
    const isKnown = known.has(name) || known.has(name.replace(/^no-/, ""));
    if (!isKnown) return `${path.join(" ")} takes no ${word}`;
  }
  const [secret = ""] = rest;
  if (path.join(" ") === "wrangler secret put" && !config.includes(secret)) return `wrangler.toml knows no ${secret}`;
  return null;
}

async function commands(): Promise<Commands> {
  const { experimental_getWranglerCommands: get } = (await import("wrangler")) as unknown as {
    experimental_getWranglerCommands: () => Commands;
  };
  return get();
}

function optionNames(options: Record<string, Option>): Set<string> {
  const camel = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return new Set(
    Object.entries(options)
      .flatMap(([name, { alias = [] }]) => [name, ...[alias].flat()])
      .flatMap((name) => [name, camel(name)]),
  );
}
