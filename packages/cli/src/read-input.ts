/** Reads files, standard input, and answers typed on the terminal. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { parseJson } from "./api-client.ts";
import { CliError, EXIT } from "./errors.ts";

/** Reads the bytes of a file; `-` is standard input. @throws CliError if it cannot be read */
export async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  if (file === "-") {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return new Uint8Array(Buffer.concat(chunks));
  }
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new CliError(EXIT.failed, `Cannot read ${file}: ${String((error as NodeJS.ErrnoException).code)}.`);
  }
}

/** Reads the text of a file without the line break at its end; `-` is standard input. */
export const readText = async (file: string): Promise<string> =>
  new TextDecoder().decode(await readBytes(file)).replace(/\r?\n$/, "");

/** Reads a JSON object from a file; `-` is standard input. The API checks its fields. @throws CliError if it holds no object */
export async function readObject<T extends object>(file: string): Promise<T> {
  const value = parseJson(await readText(file));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as T;
  throw new CliError(EXIT.failed, `${file} does not hold a JSON object.`);
}

/**
 * Asks on standard error, and reads a line from the terminal. A secret is not echoed.
 * @throws CliError on Ctrl-C and Ctrl-D
 */
export function ask(question: string, { isSecret }: { isSecret: boolean }): Promise<string> {
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: isSecret ? discard : process.stderr,
    terminal: true,
  });
  return new Promise((resolve, reject) => {
    if (isSecret) process.stderr.write(question);
    terminal.question(isSecret ? "" : question, (answer) => {
      resolve(answer.trim());
      terminal.close();
    });
    terminal.once("SIGINT", () => terminal.close());
    terminal.once("close", () => {
      if (isSecret) process.stderr.write("\n");
      reject(new CliError(EXIT.interrupted, "Interrupted. Nothing was changed."));
    });
  });
}
