/** The completion scripts, in the shells that they are for. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { optionsOf } from "../src/command.ts";
import { COMMANDS } from "../src/program.ts";
import { newFolder, start, tocsin } from "./support/run.ts";

/** What a shell offers for a command line whose last word is being written. */
type Complete = (words: readonly string[], cwd: string) => Promise<string[]>;

const folder = newFolder();
const script = (shell: string) => path.join(folder, `tocsin.${shell}`);

beforeAll(async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { exitCode, stdout } = await tocsin(["completion", shell]);
    expect(exitCode).toBe(0);
    writeFileSync(script(shell), stdout);
  }
});

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(" ");

async function offered(shell: string, args: readonly string[], cwd: string): Promise<string[]> {
  const { exitCode, stdout, stderr } = await start(shell, args, { cwd }).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

const inBash: Complete = (words, cwd) =>
  offered(
    "bash",
    [
      "--norc",
      "-c",
      `source '${script("bash")}'; complete -p tocsin >/dev/null
       COMP_WORDS=(tocsin ${quoted(words)}); COMP_CWORD=${words.length}; _tocsin
       printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    cwd,
  );

/** The functions by which zsh would show what it is given print it. */
const inZsh: Complete = (words, cwd) =>
  offered(
    "zsh",
    [
      "-f",
      "-c",
      `compdef() { }
       compadd() { shift; print -l -- "$@" }
       _describe() { local list="\${@[-1]}"; print -l -- "\${(@)\${(P@)list}%%:*}" }
       _files() { print -l -- *(N) }
       source '${script("zsh")}'
       words=(tocsin ${quoted(words)}); CURRENT=${words.length + 1}; _tocsin`,
    ],
    cwd,
  );

const inFish: Complete = async (words, cwd) => {
  const line = ["tocsin", ...words].join(" ");
  const lines = await offered(
    "fish",
    ["--no-config", "-c", `source '${script("fish")}'; complete --do-complete='${line}'`],
    cwd,
  );
  return lines.map((each) => each.split("\t")[0] ?? "");
};

const isInstalled = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

describe.each([
  ["bash", inBash],
  ["zsh", inZsh],
  ["fish", inFish],
])("in %s", (shell, complete) => {
  const starting = (prefix: string, words: readonly string[]) => words.filter((word) => word.startsWith(prefix));

  describe.skipIf(!isInstalled(shell))("completion", () => {
    it("offers commands, and what they hold", async () => {
      const first = await complete([""], folder);
      expect(first).toEqual(
        expect.arrayContaining(["login", "alerts", "deliveries", "integrations", "send", "completion"]),
      );
      expect(new Set(await complete(["alerts", ""], folder))).toEqual(
        new Set(["list", "ack", "resolve", "tail", "export"]),
      );
    });

    it("offers every flag of every command, and no other's", async () => {
      for (const command of COMMANDS) {
        const flags = Object.keys(optionsOf(command)).map((name) => `--${name}`);
        const found = starting("--", await complete([...command.path, "--"], folder));
        expect({ command: command.path, flags: found.toSorted() }).toEqual({
          command: command.path,
          flags: flags.toSorted(),
        });
      }
    });

    it("offers what a flag may be, with other flags before the command too", async () => {
      const severities = await complete(
        ["--profile", "alerts", "--json", "alerts", "--url", "list", "list", "--severity", ""],
        folder,
      );
      expect(severities).toEqual(
        ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"].toSorted((a, b) => severities.indexOf(a) - severities.indexOf(b)),
      );
      expect(await complete(["completion", ""], folder)).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
      expect(await complete(["integrations", "create", "--provider", "alertm"], folder)).toContain("alertmanager");
    });

    it("offers files where they belong, and nowhere else", async () => {
      const cwd = newFolder();
      writeFileSync(path.join(cwd, "payload.json"), "{}");
      expect(await complete(["send", ""], cwd)).toContain("payload.json");
      expect(await complete(["send", "--secret-file", ""], cwd)).toContain("payload.json");
      expect(await complete(["alerts", "ack", ""], cwd)).not.toContain("payload.json");
      expect(await complete(["alerts", "list", "--q", ""], cwd)).not.toContain("payload.json");
    });
  });
});
