/** From the words of a command line to a command and its values; pure. */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import {
  COMMON_OPTIONS,
  type Command,
  type GlobalValues,
  type Option,
  type Options,
  optionsOf,
  SERVICE_OPTIONS,
} from "./command.ts";
import { UsageError } from "./errors.ts";

export type Parsed =
  | { kind: "run"; command: Command; values: Record<string, unknown>; globals: GlobalValues; operands: string[] }
  | { kind: "help"; path: readonly string[] }
  | { kind: "version" };

const GLOBAL_OPTIONS: Options = { ...SERVICE_OPTIONS, ...COMMON_OPTIONS };

/**
 * Reads a command line. What is asked of every command may stand anywhere; a command's own options stand behind its name.
 * @throws UsageError when it is not understood
 */
export function parse(commands: readonly Command[], args: readonly string[]): Parsed {
  const { path, rest, isHelp, isVersion } = findPath(commands, args);
  const command = commands.find((candidate) => isSame(candidate.path, path));
  if (isVersion && path.length === 0) return { kind: "version" };
  if (isHelp) return { kind: "help", path };
  if (!command) throw unknownCommand(commands, path, rest);

  const options = optionsOf(command);
  const { values: given, positionals } = strictly(rest, options);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) values[name] = read(name, option, given[name]);
  return {
    kind: "run",
    command,
    values,
    globals: globalsOf(command, values),
    operands: operandsOf(command, positionals),
  };
}

/** The words that name a command or a group of them, and all that is left. */
function findPath(commands: readonly Command[], args: readonly string[]) {
  const { tokens, values } = parseArgs({
    args: [...args],
    options: configOf(GLOBAL_OPTIONS),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const path: string[] = [];
  const at = new Set<number>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") break;
    if (token.kind !== "positional") continue;
    const longer = [...path, token.value];
    if (!commands.some((command) => isSame(command.path.slice(0, longer.length), longer))) break;
    path.push(token.value);
    at.add(token.index);
  }
  const rest = args.filter((_, index) => !at.has(index));
  return { path, rest, isHelp: values.help === true, isVersion: values.version === true };
}

const isSame = (one: readonly string[], other: readonly string[]): boolean => one.join(" ") === other.join(" ");

function unknownCommand(commands: readonly Command[], path: readonly string[], rest: readonly string[]): UsageError {
  const known = commands.filter((command) => isSame(command.path.slice(0, path.length), path));
  const next = [...new Set(known.map((command) => command.path[path.length]))].join(", ");
  const name = ["tocsin", ...path].join(" ");
  const word = rest.find((argument) => !argument.startsWith("-"));
  return new UsageError(
    word === undefined ? `${name} needs a command: ${next}` : `"${word}" is no command of ${name}: ${next}`,
  );
}

const configOf = (options: Options): ParseArgsOptionsConfig =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type, isRepeatable = false }]) => [
      name,
      { type, multiple: isRepeatable, ...(name === "help" && { short: "h" }) },
    ]),
  );

function strictly(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options: configOf(options), strict: true, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")))
      throw error;
    // Its first sentence says what is wrong; what follows is advice for other cases.
    const [sentence = ""] = error.message.split(/\. |\.?\n/);
    throw new UsageError(sentence.replace(/^./, (first) => first.toLowerCase()));
  }
}

function read(name: string, option: Option, given: string | boolean | (string | boolean)[] | undefined): unknown {
  if (option.type === "boolean") return given === true;
  if (given === undefined) {
    if (option.isRequired) throw new UsageError(`--${name} is needed`);
    return undefined;
  }
  const { choices } = option;
  if (Array.isArray(given))
    return choices
      ? given.flatMap((text) => String(text).split(",")).map((text) => choose(`--${name}`, choices, text))
      : given;
  return choices ? choose(`--${name}`, choices, String(given)) : given;
}

function choose(what: string, choices: readonly string[], text: string): string {
  const choice = choices.find((candidate) => candidate.toLowerCase() === text.trim().toLowerCase());
  if (choice === undefined) throw new UsageError(`${what} is one of ${choices.join(", ")}, not "${text}"`);
  return choice;
}

function operandsOf({ path, operand }: Command, given: string[]): string[] {
  const name = ["tocsin", ...path].join(" ");
  if (!operand) {
    if (given.length > 0) throw new UsageError(`${name} takes options alone, not "${given[0]}"`);
    return [];
  }
  if (given.length === 0 && !operand.isOptional) throw new UsageError(`${name} needs ${operand.name}`);
  if (given.length > 1 && !operand.isRepeatable)
    throw new UsageError(`${name} takes one ${operand.name}, not "${given[1]}" too`);
  const { choices } = operand;
  return choices ? given.map((text) => choose(operand.name, choices, text)) : given;
}

/** What was given for the options of every command; a command's own of the same name are its own. */
function globalsOf(command: Command, values: Record<string, unknown>): GlobalValues {
  const globals = Object.keys(GLOBAL_OPTIONS).filter((name) => !(name in command.options));
  return Object.fromEntries(globals.map((name) => [name, values[name]])) as GlobalValues;
}
