/** What the stand-ins for a reader's programs share. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fstatSync } from "node:fs";
import { createInterface } from "node:readline";

/** Ends a stand-in, as a command that failed. */
export function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}

/** The environment without the stand-ins. */
const readersEnv = () => ({ ...process.env, PATH: process.env.READERS_PATH });

/**
 * Runs the program that a reader has under this name, with our input and output, and ends as it does.
 * @param typed what the reader types when it asks, where nothing else is its input
 */
export function asTheReader(program: string, given: string[], typed?: string): never {
  // What a page pipes in is a pipe or a file; a session's own input is none of these.
  const isAsked = typed !== undefined && fstatSync(0).isCharacterDevice();
  const { status, error } = spawnSync(program, given, {
    stdio: [isAsked ? "pipe" : "inherit", "inherit", "inherit"],
    ...(isAsked && { input: `${typed}\n` }),
    env: readersEnv(),
  });
  if (error) fail(error.message);
  process.exit(status ?? 1);
}

/** Something happens so often, for a program that waits for that, until it has told of it. */
const HAPPENS_EVERY_MS = 1000;

/**
 * Runs a program that never ends by itself, until it has written a line, which is handed on; then leaves it.
 * @param happen makes something happen that it should write a line of
 */
export async function untilFirstLine(program: string, given: string[], happen: () => Promise<void>): Promise<never> {
  const child = spawn(program, given, { stdio: ["inherit", "pipe", "inherit"], env: readersEnv() });
  const happening = setInterval(() => void happen(), HAPPENS_EVERY_MS);
  const lines = createInterface(child.stdout);
  const line = await Promise.race([once(lines, "line"), once(lines, "close").then(() => [])]);
  clearInterval(happening);
  child.kill();
  if (line.length === 0) fail(`${program} ended without a line`);
  console.log(String(line[0]));
  process.exit(0);
}

/** Has alerts opened, one a call, by an integration of their own. */
export function newAlerts(): () => Promise<void> {
  const { SERVICE_URL = "", SERVICE_KEY = "" } = process.env;
  const post = async (url: string, headers: Record<string, string>, body: object): Promise<unknown> => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    return (await fetch(url, { ...init, body: JSON.stringify(body) })).json();
  };
  let source: { ingestUrl: string; secret: string } | undefined;
  let sent = 0;
  return async () => {
    source ??= (await post(
      `${SERVICE_URL}/v1/integrations`,
      { authorization: `Bearer ${SERVICE_KEY}` },
      { name: "Something happens", provider: "generic", verification: { scheme: "token" } },
    )) as { ingestUrl: string; secret: string };
    const body = { title: `Something happens, ${++sent}`, severity: "critical" };
    await post(source.ingestUrl, { "x-tocsin-token": source.secret }, body);
  };
}
