/** What a command is. One table of them parses, prints the help, completes in shells and writes the reference. */
import type { ExitCode } from "./errors.ts";
import type { Output } from "./output.ts";
import type { Service } from "./service.ts";

export interface Option {
  type: "string" | "boolean";
  /** What its value is called in the help. */
  value?: string;
  summary: string;
  /** May be given several times, or several values separated by commas. */
  isRepeatable?: true;
  isRequired?: true;
  /** All that it may be, taken in either case; anything else is wrong usage. */
  choices?: readonly string[];
  /** What shells offer, while the service decides what is right. */
  suggestions?: () => Promise<readonly string[]>;
  /** Shells offer files. */
  isFile?: true;
}

export type Options = Readonly<Record<string, Option>>;

/** What stands on the command line without a flag. */
export interface Operand {
  name: string;
  summary: string;
  isRepeatable?: true;
  isOptional?: true;
  choices?: readonly string[];
  isFile?: true;
}

type Text<O extends Option> = O extends { choices: readonly (infer Choice)[] } ? Choice : string;
type Given<O extends Option> = O extends { type: "boolean" }
  ? boolean
  : O extends { isRepeatable: true }
    ? Text<O>[] | undefined
    : O extends { isRequired: true }
      ? Text<O>
      : Text<O> | undefined;

/** What was given for options, by their names. */
export type Values<O extends Options> = { readonly [Name in keyof O]: Given<O[Name]> };

/** What a command works with beside its own arguments. */
export interface Context {
  output: Output;
  env: NodeJS.ProcessEnv;
  globals: GlobalValues;
  /** All of them, for who writes about them. */
  commands: readonly Command[];
  /** The service, with a key; @throws CliError when nobody is signed in. */
  service(): Service;
}

interface Description<O extends Options> {
  /** The words that name it: `["alerts", "list"]`. */
  path: readonly [string, ...string[]];
  summary: string;
  /** More than the summary, where there is more to know. */
  description?: string;
  operand?: Operand;
  options: O;
  /** Command lines that run as they stand, with the variables that the docs name. */
  examples: readonly string[];
  /** It talks to no API: it takes no URL, key or profile of it. */
  isOffline?: true;
}

export interface Command extends Description<Options> {
  run(context: Context, values: Readonly<Record<string, unknown>>, operands: readonly string[]): Promise<ExitCode>;
}

/** A command whose `run` gets its options typed. */
export function defineCommand<const O extends Options>(
  command: Description<O> & {
    run(context: Context, values: Values<O>, operands: readonly string[]): Promise<ExitCode>;
  },
): Command {
  // The parser makes the values from these very options.
  return command;
}

/** Options that tell which service is meant. */
export const SERVICE_OPTIONS = {
  url: { type: "string", value: "URL", summary: "The service; by default TOCSIN_URL, then the profile's" },
  key: { type: "string", value: "KEY", summary: "An API key; by default TOCSIN_KEY, then the profile's" },
  profile: {
    type: "string",
    value: "NAME",
    summary: "A profile that `tocsin login` saved; by default TOCSIN_PROFILE, then `default`",
  },
} as const satisfies Options;

/** Options of every command. */
export const COMMON_OPTIONS = {
  json: { type: "boolean", summary: "Print what the API answered, as JSON; errors as problem documents" },
  "no-color": { type: "boolean", summary: "No colours; so does NO_COLOR" },
  help: { type: "boolean", summary: "Print this" },
  version: { type: "boolean", summary: "Print the version" },
} as const satisfies Options;

export type GlobalValues = Partial<Values<typeof SERVICE_OPTIONS>> & Values<typeof COMMON_OPTIONS>;

/** Every option that a command takes; its own come before those of the same name. */
export const optionsOf = (command: Command): Options => ({
  ...(!command.isOffline && SERVICE_OPTIONS),
  ...COMMON_OPTIONS,
  ...command.options,
});
