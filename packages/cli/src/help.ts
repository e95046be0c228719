/** The texts of `--help`, from the table of commands; pure. */
import { COMMON_OPTIONS, type Command, type Option, type Options, SERVICE_OPTIONS } from "./command.ts";
import { EXIT_MEANINGS } from "./errors.ts";

/** No line of the help is longer. */
const WIDTH = 100;

/** The help of a command, or of a group of them: `[]` is all there is. */
export function help(commands: readonly Command[], path: readonly string[]): string {
  const command = commands.find((candidate) => candidate.path.join(" ") === path.join(" "));
  return command ? commandHelp(command) : groupHelp(commands, path);
}

/** How a command is called: `tocsin alerts ack ID... [options]`. */
export function usage({ path, operand, options }: Command): string {
  const required = Object.entries(options).filter(([, { isRequired }]) => isRequired);
  return [
    "tocsin",
    ...path,
    ...(operand ? [operandUsage(operand)] : []),
    ...required.map(([name, { value }]) => `--${name} ${value}`),
    "[options]",
  ].join(" ");
}

const operandUsage = ({ name, isRepeatable, isOptional }: NonNullable<Command["operand"]>): string => {
  const words = isRepeatable ? `${name}...` : name;
  return isOptional ? `[${words}]` : words;
};

/** The help of one command. */
export function commandHelp(command: Command): string {
  const { operand, summary, description, options, examples, isOffline } = command;
  return sections(
    `${summary}.${description === undefined ? "" : `\n\n${wrap(description, WIDTH).join("\n")}`}`,
    `Usage: ${usage(command)}`,
    operand && `Argument:\n${rows([[operand.name, withChoices(operand)]])}`,
    Object.keys(options).length > 0 && `Options:\n${optionRows(options)}`,
    `Everywhere:\n${optionRows({ ...(!isOffline && without(SERVICE_OPTIONS, options)), ...COMMON_OPTIONS })}`,
    `Examples:\n${examples.map((example) => `  ${example}`).join("\n")}`,
  );
}

function groupHelp(commands: readonly Command[], path: readonly string[]): string {
  const members = commands.filter((command) => command.path.slice(0, path.length).join(" ") === path.join(" "));
  return sections(
    path.length === 0 ? "Tocsin, an edge alert inbox, from the command line." : undefined,
    `Usage: ${["tocsin", ...path].join(" ")} COMMAND [options]`,
    `Commands:\n${rows(members.map((command) => [command.path.slice(path.length).join(" "), command.summary]))}`,
    `Everywhere:\n${optionRows({ ...SERVICE_OPTIONS, ...COMMON_OPTIONS })}`,
    path.length === 0 && `Exit codes:\n${rows(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning]))}`,
    `\`tocsin ${[...path, "COMMAND"].join(" ")} --help\` tells more of each.`,
  );
}

const without = (options: Options, others: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !(name in others)));

const sections = (...parts: (string | false | undefined)[]): string =>
  `${parts.filter((part) => part !== false && part !== undefined).join("\n\n")}\n`;

const optionRows = (options: Options): string =>
  rows(
    Object.entries(options).map(([name, option]) => [
      `${name === "help" ? "-h, " : ""}--${name}${option.type === "string" ? ` ${option.value ?? "VALUE"}` : ""}`,
      withChoices(option),
    ]),
  );

function withChoices({ summary, choices, isRepeatable }: Pick<Option, "summary" | "choices" | "isRepeatable">): string {
  const notes = [choices?.join(", "), isRepeatable && "may be given several times"].filter(Boolean);
  return notes.length > 0 ? `${summary} (${notes.join("; ")})` : summary;
}

/** Two columns, the second wrapped. */
function rows(pairs: readonly (readonly [string, string])[]): string {
  const indent = Math.max(...pairs.map(([name]) => name.length)) + 4;
  return pairs
    .map(([name, text]) => `  ${name}`.padEnd(indent) + wrap(text, WIDTH - indent).join(`\n${" ".repeat(indent)}`))
    .join("\n");
}

/** A text in lines no longer than a width, unless a word is. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
