/** The parts that every command shares: its context, the global options and the examples in its help. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { connect, type Service } from "./api-client.ts";
import { resolveCredentials } from "./credentials.ts";
import type { ExitCode } from "./errors.ts";
import { createOutput, type Output } from "./output.ts";
import { configFile, readDevService, readProfiles } from "./profiles.ts";

/** The global options that were given. */
export interface GlobalValues {
  json?: true;
  color?: false;
  url?: string;
  key?: string;
  profile?: string;
}

/** Dependencies of a command. */
export interface Context {
  output: Output;
  env: NodeJS.ProcessEnv;
  globals: GlobalValues;
  /** Connects to the service. @throws CliError when no URL or key is known */
  service(): Service;
}

/** The heading of the global options in the help. */
export const GLOBAL_GROUP = "Global options:";

/** Adds `--json` and `--no-color`. */
export const addOutputOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("--json", "print the API response as JSON, and errors as problem documents").helpGroup(GLOBAL_GROUP),
    )
    .addOption(new Option("--no-color", "print without colors; NO_COLOR does the same").helpGroup(GLOBAL_GROUP));

/** Adds `--url`, `--key` and `--profile`. */
export const addServiceOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("--url <url>", "URL of the service (default: TOCSIN_URL, then the profile)").helpGroup(GLOBAL_GROUP),
    )
    .addOption(new Option("--key <key>", "API key (default: TOCSIN_KEY, then the profile)").helpGroup(GLOBAL_GROUP))
    .addOption(
      new Option(
        "--profile <name>",
        'profile saved by "tocsin login" (default: TOCSIN_PROFILE, then "default")',
      ).helpGroup(GLOBAL_GROUP),
    );

/** Collects the global options of a command and its parents; the option nearest to the command wins. */
export function globalValuesOf(command: Command): GlobalValues {
  const values: Record<string, unknown> = {};
  for (let at: Command | null = command; at; at = at.parent) {
    for (const name of ["json", "color", "url", "key", "profile"]) {
      if (!(name in values) && at.getOptionValueSource(name) === "cli") values[name] = at.getOptionValue(name);
    }
  }
  return values;
}

/**
 * Makes the action of a command. The exit code that `work` returns becomes the exit code of the process.
 * @param work gets the context, the options and the arguments of the command
 */
export const action =
  <Values, Operands extends unknown[]>(
    work: (context: Context, values: Values, ...operands: Operands) => Promise<ExitCode>,
  ) =>
  async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const { env } = process;
    const globals = globalValuesOf(command);
    const context: Context = {
      output: createOutput(process, { isJson: globals.json === true, isColorless: globals.color === false }),
      env,
      globals,
      service: () => connect(resolveCredentials(globals, env, readProfiles(configFile(env)), readDevService(env))),
    };
    process.exitCode = await work(context, command.opts() as Values, ...(given.slice(0, -2) as Operands));
  };

/** Adds examples to the help of a command. They run unchanged, with the variables that docs/cli.md names. */
export const addExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);

/** An option with fixed values. It accepts them in any case, several separated by commas, and is repeatable. */
export const listOption = <Choice extends string>(flags: string, description: string, choices: readonly Choice[]) =>
  new Option(flags, `${description}; repeatable`).choices(choices).argParser((text: string, previous?: Choice[]) => [
    ...(previous ?? []),
    ...text.split(",").map((part) => {
      const choice = choices.find((candidate) => candidate.toUpperCase() === part.trim().toUpperCase());
      if (choice === undefined) throw new InvalidArgumentError(`Use one of ${choices.join(", ")}.`);
      return choice;
    }),
  ]);

/** Collects the values of a repeatable option. */
export const collect = (text: string, previous: string[] = []): string[] => [...previous, text];
