#!/usr/bin/env node
/** The command line: reads what was asked for, does it, and ends with an exit code that says how it went. */
import { version } from "../../../package.json";
import { CliError, EXIT, type ExitCode } from "./errors.ts";
import { help } from "./help.ts";
import { createOutput, type Output } from "./output.ts";
import { parse } from "./parse.ts";
import { configFile, readDevService, readProfiles } from "./profiles.ts";
import { COMMANDS } from "./program.ts";
import { connect, reasonOf } from "./service.ts";
import { resolveTarget } from "./target.ts";

const { argv, env } = process;
const args = argv.slice(2);
const isAsked = (flag: string) => args.slice(0, args.includes("--") ? args.indexOf("--") : undefined).includes(flag);
const output = createOutput(process, { isJson: isAsked("--json"), isColorless: isAsked("--no-color") });

// Whoever read us has enough: `tocsin … | head` is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed);
});
process.exitCode = await run(output);

async function run(out: Output): Promise<ExitCode> {
  try {
    const asked = parse(COMMANDS, args);
    if (asked.kind === "version") {
      out.line(version);
      return EXIT.done;
    }
    if (asked.kind === "help") {
      out.line(help(COMMANDS, asked.path).trimEnd());
      return EXIT.done;
    }
    const { command, globals, values, operands } = asked;
    const service = () => connect(resolveTarget(globals, env, readProfiles(configFile(env)), readDevService(env)));
    return await command.run({ output: out, env, globals, commands: COMMANDS, service }, values, operands);
  } catch (error) {
    const told = error instanceof CliError ? error : new CliError(EXIT.failed, `it failed: ${reasonOf(error)}`);
    out.error(told);
    return told.exitCode;
  }
}
