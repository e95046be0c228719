/** The program: all commands, in the order of the help. */
import { Command, type CommanderError, Option } from "commander";
import { addOutputOptions, addServiceOptions, GLOBAL_GROUP } from "./command.ts";
import { alertsAck } from "./commands/alerts-ack.ts";
import { alertsClose } from "./commands/alerts-close.ts";
import { alertsCounts } from "./commands/alerts-counts.ts";
import { alertsExport } from "./commands/alerts-export.ts";
import { alertsList } from "./commands/alerts-list.ts";
import { alertsNote } from "./commands/alerts-note.ts";
import { alertsReopen } from "./commands/alerts-reopen.ts";
import { alertsResolve } from "./commands/alerts-resolve.ts";
import { alertsShow } from "./commands/alerts-show.ts";
import { alertsSnooze } from "./commands/alerts-snooze.ts";
import { alertsTail } from "./commands/alerts-tail.ts";
import { deliveriesExport } from "./commands/deliveries-export.ts";
import { deliveriesList } from "./commands/deliveries-list.ts";
import { deliveriesReplay } from "./commands/deliveries-replay.ts";
import { deliveriesShow } from "./commands/deliveries-show.ts";
import { integrationsCreate } from "./commands/integrations-create.ts";
import { integrationsList } from "./commands/integrations-list.ts";
import { integrationsRotate } from "./commands/integrations-rotate.ts";
import { integrationsSync } from "./commands/integrations-sync.ts";
import { integrationsTest } from "./commands/integrations-test.ts";
import { login } from "./commands/login.ts";
import { send } from "./commands/send.ts";
import { EXIT_MEANINGS, UsageError } from "./errors.ts";

const MAX_HELP_WIDTH = 100;

/** Makes the program. Its `parseAsync` rejects with a UsageError for a wrong command line. */
export function createProgram(): Command {
  const program = new Command("tocsin")
    .description("Command line of Tocsin, the edge alert inbox.")
    .addHelpText(
      "after",
      `\nExit codes:\n${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(3)}  ${meaning}`).join("\n")}`,
    )
    .addCommand(login())
    .addCommand(
      new Command("alerts")
        .description("List, show, count, follow, change and export alerts.")
        .addCommand(alertsList())
        .addCommand(alertsShow())
        .addCommand(alertsCounts())
        .addCommand(alertsAck())
        .addCommand(alertsResolve())
        .addCommand(alertsClose())
        .addCommand(alertsReopen())
        .addCommand(alertsNote())
        .addCommand(alertsSnooze())
        .addCommand(alertsTail())
        .addCommand(alertsExport()),
    )
    .addCommand(
      new Command("deliveries")
        .description("List, show, replay and export deliveries.")
        .addCommand(deliveriesList())
        .addCommand(deliveriesShow())
        .addCommand(deliveriesReplay())
        .addCommand(deliveriesExport()),
    )
    .addCommand(
      new Command("integrations")
        .description("List, create, test and sync integrations, and rotate their secrets.")
        .addCommand(integrationsList())
        .addCommand(integrationsCreate())
        .addCommand(integrationsRotate())
        .addCommand(integrationsTest())
        .addCommand(integrationsSync()),
    )
    .addCommand(send());
  configure(program);
  return program;
}

/** The name of a command with those of its parents: `tocsin alerts list`. */
export const fullName = (command: Command): string =>
  command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();

/** The commands that do something: not the program and its groups. */
export const leavesOf = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);

/** The text that `--help` prints. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => MAX_HELP_WIDTH }).outputHelp();
  return text;
}

/** Adds the global options to a command and all commands below it, and converts the parser's failures to UsageErrors. */
function configure(command: Command): void {
  // `send` has a separate `--url`, and calls no API.
  if (!command.options.some(({ long }) => long === "--url")) addServiceOptions(command);
  addOutputOptions(command)
    .addHelpOption(new Option("-h, --help", "show this help").helpGroup(GLOBAL_GROUP))
    .helpCommand(false)
    // Parse options after the name of a command as options of that command: `send` has a separate `--url`.
    .enablePositionalOptions()
    .configureOutput({
      getOutHelpWidth: () => Math.min(process.stdout.columns || MAX_HELP_WIDTH, MAX_HELP_WIDTH),
      // main.ts prints errors.
      writeErr: () => undefined,
    })
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : usageErrorFor(command, error);
    });
  for (const child of command.commands) configure(child);
}

function usageErrorFor(command: Command, { code, message }: CommanderError): UsageError {
  const name = fullName(command);
  const help = `See ${name} --help.`;
  if (code === "commander.help") {
    const commands = command.commands.map((child) => child.name()).join(", ");
    return new UsageError(`${name} needs a command: ${commands}. ${help}`);
  }
  const text = message
    .replace(/^error: /, "")
    // The value of an unknown option may be a secret.
    .replace(/^(unknown option '[^=]*)=.*'/s, "$1'")
    .replaceAll("\n", " ")
    .replace(/^./, (first) => first.toUpperCase())
    .replace(/[^.?)]$/, "$&.");
  return new UsageError(`${text} ${help}`);
}
