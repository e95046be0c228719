/** What there is to complete, from the table of commands. */
import { COMMON_OPTIONS, type Command, type Options, optionsOf, SERVICE_OPTIONS } from "../command.ts";

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
  const flags = await flagsOf({ ...SERVICE_OPTIONS, ...COMMON_OPTIONS });
  const groups = [...new Set(commands.flatMap(({ path: [group, ...rest] }) => (rest.length > 0 ? [group] : [])))];
  const first = [
    ...groups.map((group) => ({ word: group, summary: commands.filter(isIn(group)).map(lastWord).join(", ") })),
    ...commands.filter(({ path }) => path.length === 1).map(asWord),
  ];
  const groupPlaces = groups.map((path) => ({ path, words: commands.filter(isIn(path)).map(asWord) }));
  return [
    ...[{ path: "", words: first }, ...groupPlaces].map((place) => ({ ...place, flags, takesFiles: false })),
    ...(await Promise.all(
      commands.map(async (command) => ({
        path: command.path.join(" "),
        words: (command.operand?.choices ?? []).map((word) => ({ word, summary: word })),
        flags: await flagsOf(optionsOf(command)),
        takesFiles: command.operand?.isFile ?? false,
      })),
    )),
  ];
}

const isIn =
  (group: string) =>
  ({ path }: Command): boolean =>
    path.length > 1 && path[0] === group;

const lastWord = ({ path }: Command): string => path.at(-1) ?? "";

const asWord = (command: Command): Word => ({ word: lastWord(command), summary: command.summary });

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
