/** Reads the setup steps that Tocsin prints: the configuration of the programs comes from there. */

/** The fenced code of Markdown in order, without the indentation of list items. */
export function codeOf(markdown: string): string[] {
  return [...markdown.matchAll(/^( *)```[^\n]*\n([^]*?)\n *```$/gm)].map(([, indentation = "", code = ""]) =>
    code
      .split("\n")
      .map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line))
      .join("\n"),
  );
}

/** The fenced code that contains a text. @throws Error when there is none */
export function codeWith(markdown: string, text: string): string {
  const code = codeOf(markdown).find((one) => one.includes(text));
  if (code === undefined) throw new Error(`the setup steps have no code with ${text}:\n${markdown}`);
  return code;
}

/** The rows of the table in Markdown: the first two cells, without the marks of code. */
export const tableOf = (markdown: string): [string, string][] =>
  [...markdown.matchAll(/^ *\| ([^|]+) \| ([^|]+) \|$/gm)]
    .map(([, name = "", value = ""]): [string, string] => [name.trim(), value.trim().replaceAll("`", "")])
    .filter(([name]) => name !== "name" && !name.startsWith("---"));
