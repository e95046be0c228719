import { fc, test as property } from "@fast-check/vitest";
import { type Command, CommanderError, type Option } from "commander";
import { describe, expect, it } from "vitest";
import { type GlobalValues, globalValuesOf } from "../src/command.ts";
import { UsageError } from "../src/errors.ts";
import { createProgram, fullName, helpOf, leavesOf } from "../src/program.ts";

interface Parsed {
  command: string;
  values: Record<string, unknown>;
  operands: unknown[];
  globals: GlobalValues;
}

/** Parses a command line with the real program, whose commands report their options and arguments. */
async function parse(args: readonly string[]): Promise<Parsed> {
  const program = createProgram();
  let parsed: Parsed | undefined;
  for (const leaf of leavesOf(program))
    leaf.action(() => {
      const operands = leaf.processedArgs.filter((operand) => operand !== undefined);
      parsed = { command: fullName(leaf), values: leaf.opts(), operands, globals: globalValuesOf(leaf) };
    });
  for (const command of allCommands(program)) command.configureOutput({ writeOut: () => undefined });
  await program.parseAsync([...args], { from: "user" });
  if (!parsed) throw new Error("no command ran");
  return parsed;
}

const allCommands = (command: Command): Command[] => [command, ...command.commands.flatMap(allCommands)];

/** The message for a wrong command line. */
async function messageFor(...args: string[]): Promise<string> {
  try {
    await parse(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    if (error instanceof CommanderError && error.exitCode === 0) return error.code;
    throw error;
  }
  return "valid";
}

const leaves = leavesOf(createProgram());

describe("the parser", () => {
  it("accepts choices in any case, separated by commas or repeated", async () => {
    const args = ["alerts", "list", "--status", "open,RESOLVED", "--status=Closed", "--all"];
    const { command, values } = await parse(args);
    expect(command).toBe("tocsin alerts list");
    expect(values).toMatchObject({ status: ["OPEN", "RESOLVED", "CLOSED"], all: true });
    expect(values.severity).toBeUndefined();
  });

  it("accepts global options before the command, between its words and after it", async () => {
    for (const args of [
      ["--json", "--no-color", "--url", "http://a.test", "alerts", "ack", "1", "2"],
      ["alerts", "--json", "--no-color", "ack", "--url", "http://a.test", "1", "2"],
      ["alerts", "ack", "1", "--url=http://a.test", "2", "--json", "--no-color"],
    ]) {
      const { globals, operands } = await parse(args);
      expect(globals).toEqual({ json: true, color: false, url: "http://a.test" });
      expect(operands).toEqual([["1", "2"]]);
    }
  });

  it("prefers the global option nearest to the command", async () => {
    const { globals } = await parse(["--url", "http://a.test", "integrations", "list", "--url", "http://b.test"]);
    expect(globals.url).toBe("http://b.test");
  });

  it("accepts an ingest URL in the --url of send", async () => {
    expect((await parse(["send", "--url", "http://a.test/in/1"])).values.url).toBe("http://a.test/in/1");
    expect((await parse(["--url", "http://a.test", "send"])).values.url).toBeUndefined();
  });

  it("parses labels, headers, counts and durations", async () => {
    const list = await parse(["alerts", "list", "--label", "a=1", "--label", "b=2=3", "--limit", "5"]);
    expect(list.values).toMatchObject({ label: ["a=1", "b=2=3"], limit: 5 });
    const send = await parse(["send", "--header", "A: 1", "--header", "B: 2"]);
    expect(send.values.header).toEqual(["A: 1", "B: 2"]);
    expect((await parse(["integrations", "rotate", "1", "--overlap", "2h"])).values.overlap).toBe(120);
  });

  it("reads words after -- as arguments", async () => {
    expect((await parse(["send", "--", "--odd"])).operands).toEqual(["--odd"]);
  });

  it("explains a wrong command line in one line", async () => {
    const cases: [string[], RegExp][] = [
      [[], /^tocsin needs a command: login, alerts, .*\. See tocsin --help\.$/],
      [["alerts"], /^tocsin alerts needs a command: list, show, .*\. See tocsin alerts --help\.$/],
      [["alerts", "lst"], /^Unknown command 'lst' \(Did you mean list\?\) See tocsin alerts --help\.$/],
      [["alerts", "list", "--bogus"], /^Unknown option '--bogus'\. See tocsin alerts list --help\.$/],
      [["alerts", "list", "--query"], /^Option '--query <query>' argument missing\./],
      [["alerts", "list", "--status", "odd"], /argument 'odd' is invalid\. Use one of OPEN, .*\. See/],
      [["alerts", "list", "--label", "odd"], /argument 'odd' is invalid\. Use NAME=VALUE\. See/],
      [["alerts", "list", "--limit", "many"], /argument 'many' is invalid\. Use a number from 1 to 200\. See/],
      [["alerts", "list", "--limit", "0"], /argument '0' is invalid\. Use a number from 1 to 200\. See/],
      [["alerts", "list", "--limit", "1000"], /argument '1000' is invalid\. Use a number from 1 to 200\. See/],
      [["alerts", "snooze", "1", "--for", "soon"], /argument 'soon' is invalid\. Use a duration such as 90s, /],
      [["alerts", "list", "odd"], /^Too many arguments/],
      [["alerts", "show", ""], /argument value '' is invalid for argument 'id'\. Use an id\. See/],
      [["alerts", "ack", "1", ""], /argument value '' is invalid for argument 'id'\. Use an id\. See/],
      [["deliveries", "show", ".."], /argument value '\.\.' is invalid for argument 'id'\. Use an id\. See/],
      [["alerts", "list", "--team", ""], /argument '' is invalid\. Use an id\. See/],
      [["alerts", "show"], /^Missing required argument 'id'\./],
      [
        ["quarantine", "show", "1", "x"],
        /argument value 'x' is invalid for argument 'row'\. Use the number of a row\./,
      ],
      [["deliveries", "show", "1", "2"], /^Too many arguments/],
      [["integrations", "create", "--name", "x"], /^Required option '--provider <provider>' not specified\./],
      [["integrations", "rotate", "1", "--overlap", "soon"], /argument 'soon' is invalid\. Use whole minutes, or/],
    ];
    for (const [args, message] of cases) expect(await messageFor(...args)).toMatch(message);
  });

  it.each(leaves.map(fullName))("does not accept an empty id: %s", async (name) => {
    const leaf = leaves.find((candidate) => fullName(candidate) === name)!;
    const command = name.split(" ").slice(1);
    for (const { flags, long } of leaf.options) {
      if (flags.endsWith("<id>")) expect(await messageFor(...command, long ?? "", "")).toMatch(/Use an id\./);
    }
    for (const [at, argument] of leaf.registeredArguments.entries()) {
      if (!["id", "integration", "row"].includes(argument.name())) continue;
      const required = leaf.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? "", "5m"]);
      const operands: string[] = leaf.registeredArguments.map(() => "5");
      const message = await messageFor(...command, ...required, ...operands.with(at, ""));
      expect(message).toMatch(/value '' is invalid/);
    }
  });

  it("never repeats the value of an unknown option", async () => {
    for (const option of ["--kye=s3cret", "--json=s3cret", "--k=a'=s3cret'", "--kye=s3\ncret"])
      expect(await messageFor("alerts", "list", option)).not.toMatch(/s3/);
  });

  property.prop([fc.array(fc.string())])("parses any command line, or throws a UsageError", async (args) => {
    expect(typeof (await messageFor(...args))).toBe("string");
  });

  property.prop([fc.constantFrom(...leaves.map(fullName)), fc.string(), fc.boolean()])(
    "returns each value of the options of a command",
    async (name, text, isJoined) => {
      const leaf = leaves.find((candidate) => fullName(candidate) === name)!;
      const given = leaf.options.filter((option) => !option.negate);
      const valueOf = ({ argChoices, parseArg, flags }: Option) =>
        argChoices?.[0] ??
        (flags.includes("name=value") ? "a=1" : flags.includes("<duration>") ? "5m" : parseArg ? "5" : `x${text}`);
      const options = given.flatMap((option) => {
        if (option.isBoolean()) return [option.long ?? ""];
        return isJoined ? [`${option.long}=${valueOf(option)}`] : [option.long ?? "", valueOf(option)];
      });
      const operands = leaf.registeredArguments.map(({ parseArg }, at) => (parseArg ? "5" : `operand ${at}`));
      const { values } = await parse([...name.split(" ").slice(1), ...options, ...operands]);
      for (const option of given) {
        const text = valueOf(option);
        const value = option.parseArg ? option.parseArg(text, undefined) : text;
        expect(values[option.attributeName()]).toEqual(option.isBoolean() ? true : value);
      }
    },
  );
});

describe("the help", () => {
  it("exists for each command and group", async () => {
    for (const command of allCommands(createProgram())) {
      const words = fullName(command).split(" ").slice(1);
      expect(await messageFor(...words, "--help")).toBe("commander.helpDisplayed");
    }
    expect(helpOf(createProgram())).toContain("Exit codes:");
  });

  it("shows each option, and no line but an example is wider than 100 cells", () => {
    for (const leaf of leaves) {
      const text = helpOf(leaf);
      for (const { long } of leaf.options) expect(text).toContain(long);
      const [before = ""] = text.split("Examples:");
      expect(before.split("\n").filter((line) => line.length > 100)).toEqual([]);
    }
  });

  it("ends with examples for each command", () => {
    for (const leaf of leaves) expect(helpOf(leaf)).toMatch(/\nExamples:\n( {2}\S.*tocsin .*\n|  tocsin .*\n)+$/);
  });
});
