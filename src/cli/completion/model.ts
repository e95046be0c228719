/** What there is to complete, from the table of commands. */
import { type Command, type Options, optionsOf } from "../command.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

interface Word {
  word: string;
  summary: string;
}

/** What may stand behind a flag. */
export type FlagValue =
  | { kind: "none" }
  | { kind: "words"; words: readonly string[] }
  | { kind: "file" }
  | { kind: "any" };

export interface Flag extends Word {
  value: FlagValue;
}

/** A place on the command line: behind these words stand those. */
export interface Place {
  /** The words of a command or a group: `alerts list`; empty: nothing yet. */
  path: string;
  words: readonly Word[];
  flags: readonly Flag[];
  /** Files may stand here. */
  takesFiles: boolean;
}

/** Every place, the shorter first. */
export async function placesOf(commands: readonly Command[]): Promise<Place[]> {
  const groups = [[], ...new Set(commands.filter(({ path }) => path.length > 1).map(({ path }) => path[0]))].map(
    (name) => [name].flat(),
  );
  const first = commands[0];
  const groupPlaces = groups.map((path): Place => {
    const members = commands.filter((command) => command.path.slice(0, path.length).join(" ") === path.join(" "));
    const words = new Map<string, string>();
    for (const command of members) {
      const word = command.path[path.length] ?? "";
      const isCommand = command.path.length === path.length + 1;
      words.set(
        word,
        isCommand
          ? command.summary
          : `${word}: ${[words.get(word)?.split(": ")[1], command.path[1]].filter(Boolean).join(", ")}`,
      );
    }
    return {
      path: path.join(" "),
      words: [...words].map(([word, summary]) => ({ word, summary })),
      flags: [],
      takesFiles: false,
    };
  });
  if (!first) return groupPlaces;
  const common = await flagsOf(optionsOf({ ...first, options: {} }));
  const commandPlaces = await Promise.all(
    commands.map(async (command): Promise<Place> => ({
      path: command.path.join(" "),
      words: (command.operand?.choices ?? []).map((word) => ({ word, summary: word })),
      flags: await flagsOf(optionsOf(command)),
      takesFiles: command.operand?.isFile ?? false,
    })),
  );
  return [...groupPlaces.map((place) => ({ ...place, flags: common })), ...commandPlaces];
}

const flagsOf = (options: Options): Promise<Flag[]> =>
  Promise.all(
    Object.entries(options).map(async ([name, { type, summary, choices, suggestions, isFile }]): Promise<Flag> => {
      const words = choices ?? (await suggestions?.());
      if (type === "boolean") return { word: `--${name}`, summary, value: { kind: "none" } };
      if (words) return { word: `--${name}`, summary, value: { kind: "words", words } };
      return { word: `--${name}`, summary, value: { kind: isFile ? "file" : "any" } };
    }),
  );

/** The flags that a value follows, of all places: who looks for the command's words skips what stands behind them. */
export const valueFlags = (places: readonly Place[]): string[] => [
  ...new Set(places.flatMap(({ flags }) => flags.filter(({ value }) => value.kind !== "none").map(({ word }) => word))),
];
