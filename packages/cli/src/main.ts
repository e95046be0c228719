#!/usr/bin/env node
/** Entry point: parses the command line, runs the command and sets the exit code. */
import { CommanderError } from "commander";
import { version } from "../package.json";
import { reasonOf } from "./api-client.ts";
import { CliError, EXIT } from "./errors.ts";
import { createOutput } from "./output.ts";
import { createProgram } from "./program.ts";

const args = process.argv.slice(2);

// `tocsin … | head` closes the pipe early: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed);
});

try {
  await createProgram().version(version, "--version", "show the version").parseAsync(args, { from: "user" });
} catch (error) {
  // The parser ends with this after it printed the help or the version.
  if (!(error instanceof CommanderError)) {
    const failure = error instanceof CliError ? error : new CliError(EXIT.failed, `Failed: ${reasonOf(error)}`);
    // A command line that cannot be parsed has no options yet.
    createOutput(process, { isJson: args.includes("--json"), isColorless: true }).error(failure);
    process.exitCode = failure.exitCode;
  }
}
