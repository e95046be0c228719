/** What wrangler can do, in its own words, for which it requireScope no account. */
import { experimental_getWranglerCommands as getCommands } from "wrangler";
import type { WranglerCommands } from "./wrangler-problem.ts";

interface Options {
  [name: string]: { alias?: string | string[] };
}

interface Command {
  definition?: { type: string; args?: Options };
  subtree?: Map<string, Command>;
}

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
