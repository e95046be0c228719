import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Command, optionsOf } from "../src/command.ts";
import { UsageError } from "../src/errors.ts";
import { commandHelp, help, wrap } from "../src/help.ts";
import { parse, type Parsed } from "../src/parse.ts";
import { COMMANDS } from "../src/program.ts";

const read = (...args: string[]): Parsed => parse(COMMANDS, args);
const run = (...args: string[]) => {
  const parsed = read(...args);
  if (parsed.kind !== "run") throw new Error(parsed.kind);
  return parsed;
};
const fault = (...args: string[]): string => {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "understood";
};

describe("parse", () => {
  it("finds the command and reads its options, whatever case a choice is written in", () => {
    const { command, values, operands } = run(
      "alerts",
      "list",
      "--status",
      "open,RESOLVED",
      "--status=Closed",
      "--all",
    );
    expect(command.path).toEqual(["alerts", "list"]);
    expect(values).toMatchObject({ status: ["OPEN", "RESOLVED", "CLOSED"], all: true, severity: undefined });
    expect(operands).toEqual([]);
  });

  it("takes what every command takes before the command, between its words and behind it", () => {
    for (const args of [
      ["--json", "--url", "http://a.test", "alerts", "ack", "1", "2"],
      ["alerts", "--json", "ack", "--url", "http://a.test", "1", "2"],
      ["alerts", "ack", "1", "--url=http://a.test", "2", "--json"],
    ]) {
      const { globals, operands } = run(...args);
      expect(globals).toMatchObject({ json: true, url: "http://a.test" });
      expect(operands).toEqual(["1", "2"]);
    }
  });

  it("keeps the URL that a payload is sent to apart from the service's", () => {
    const { globals, values } = run("send", "--url", "http://a.test/in/1");
    expect(values.url).toBe("http://a.test/in/1");
    expect(globals.url).toBeUndefined();
  });

  it("takes what follows -- for an operand", () => {
    expect(run("send", "--", "--odd").operands).toEqual(["--odd"]);
  });

  it("tells in one line what is wrong", () => {
    expect(fault()).toMatch(/^tocsin needs a command: login, alerts, /);
    expect(fault("alerts")).toMatch(/^tocsin alerts needs a command: list, ack/);
    expect(fault("alerts", "lst")).toMatch(/^"lst" is no command of tocsin alerts: list, ack/);
    expect(fault("alerts", "list", "--bogus")).toMatch(/^unknown option '--bogus'/);
    expect(fault("alerts", "list", "--q")).toMatch(/argument missing/);
    expect(fault("alerts", "list", "--status", "odd")).toMatch(/^--status is one of OPEN, .*, not "odd"/);
    expect(fault("alerts", "list", "odd")).toMatch(/takes options alone, not "odd"/);
    expect(fault("alerts", "ack")).toMatch(/^tocsin alerts ack needs ID/);
    expect(fault("deliveries", "show", "1", "2")).toMatch(/takes one ID/);
    expect(fault("completion", "tcsh")).toMatch(/SHELL is one of bash, zsh, fish/);
    expect(fault("integrations", "create", "--name", "x")).toMatch(/^--provider is needed/);
  });

  it("never repeats the value of a flag that it does not understand", () => {
    expect(fault("alerts", "list", "--kye=s3cret")).not.toContain("s3cret");
    expect(fault("alerts", "list", "--json=s3cret")).not.toContain("s3cret");
  });

  property.prop([fc.array(fc.string())])("understands every command line or says that it does not", (args) => {
    expect(typeof fault(...args)).toBe("string");
  });

  property.prop([fc.constantFrom(...COMMANDS), fc.string(), fc.boolean()])(
    "gives back every value that a command's options were given",
    (command: Command, text, isJoined) => {
      const given = Object.entries(optionsOf(command)).filter(([name]) => name !== "help" && name !== "version");
      const valueOf = (choices: readonly string[] | undefined) => choices?.[0] ?? `x${text}`;
      const flags = given.flatMap(([name, { type, choices }]) => {
        if (type === "boolean") return [`--${name}`];
        return isJoined ? [`--${name}=${valueOf(choices)}`] : [`--${name}`, valueOf(choices)];
      });
      const operands = command.operand ? [valueOf(command.operand.choices)] : [];
      const { values, operands: read } = run(...command.path, ...flags, ...operands);
      expect(read).toEqual(operands);
      for (const [name, { type, choices, isRepeatable }] of given) {
        const value = type === "boolean" ? true : valueOf(choices);
        expect(values[name]).toEqual(isRepeatable ? [value] : value);
      }
    },
  );
});

describe("help", () => {
  it("is there for every command and every group, and no line but an example is wider than 100", () => {
    for (const command of COMMANDS) {
      for (const path of [command.path, command.path.slice(0, 1), []]) {
        expect(read(...path, "--help")).toEqual({ kind: "help", path });
      }
      const text = commandHelp(command);
      for (const name of Object.keys(optionsOf(command))) expect(text).toContain(`--${name}`);
      const [before = ""] = text.split("Examples:");
      expect(before.split("\n").filter((line) => line.length > 100)).toEqual([]);
    }
    expect(help(COMMANDS, [])).toContain("Exit codes:");
  });

  property.prop([fc.array(fc.stringMatching(/^[a-z]{1,20}$/)), fc.integer({ min: 20, max: 80 })])(
    "wraps a text to the width and loses no word",
    (words, width) => {
      const wrapped = wrap(words.join(" "), width);
      expect(wrapped.join(" ")).toBe(words.join(" "));
      expect(wrapped.every((line) => line.length <= width)).toBe(true);
    },
  );
});
