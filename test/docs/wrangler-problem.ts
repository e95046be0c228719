/** Whether wrangler has a command and its options. Apart from what asks wrangler, which takes a second to load. */

/** The options of each command, by its words: `secret put`. */
export type WranglerCommands = Record<string, string[]>;

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
