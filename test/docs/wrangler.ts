/** Whether wrangler has a command and its options: asked of wrangler itself, which needs no account for that. */
import { experimental_getWranglerCommands as getCommands } from "wrangler";

interface Options {
  [name: string]: { alias?: string | string[] };
}

interface Command {
  definition?: { type: string; args?: Options };
  subtree?: Map<string, Command>;
}

/** The options of each command, by its words: `secret put`. */
export type WranglerCommands = Record<string, string[]>;

/** What this wrangler can do. */
export function wranglerCommands(): WranglerCommands {
  const { registry, globalFlags } = getCommands() as unknown as { registry: Command; globalFlags: Options };
  const found: WranglerCommands = {};
  const visit = (command: Command, words: string[]): void => {
    const { definition, subtree } = command;
    if (definition?.type === "command") found[words.join(" ")] = optionNames({ ...globalFlags, ...definition.args });
    for (const [word, under] of subtree ?? []) visit(under, [...words, word]);
  };
  visit(registry, []);
  return found;
}

function optionNames(options: Options): string[] {
  const camel = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.entries(options)
    .flatMap(([name, { alias = [] }]) => [name, ...[alias].flat()])
    .flatMap((name) => [name, camel(name)]);
}

/**
 * What is wrong with a command of wrangler; null: nothing.
 * @param words behind `wrangler`
 * @param commands what wrangler can do
 * @param config the text of wrangler.toml, which must know the names of secrets that are put
 */
export function wranglerProblem(words: readonly string[], commands: WranglerCommands, config: string): string | null {
  const length = words.map((_, index) => index + 1).findLast((end) => words.slice(0, end).join(" ") in commands);
  if (length === undefined) return `wrangler has no command ${words.join(" ")}`;
  const command = words.slice(0, length).join(" ");
  const known = new Set(commands[command]);
  for (const word of words.slice(length).filter((one) => one.startsWith("-"))) {
    const name = word.replace(/^--?/, "").replace(/=.*/s, "");
    if (!known.has(name) && !known.has(name.replace(/^no-/, ""))) return `wrangler ${command} takes no ${word}`;
  }
  const secret = words[length] ?? "";
  return command === "secret put" && !config.includes(secret) ? `wrangler.toml knows no ${secret}` : null;
}
