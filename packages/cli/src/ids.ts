import { InvalidArgumentError } from "commander";

/** Parses an id. Rejects an empty text (an unset variable of a script) and dots: they would make the path of another operation. */
export function parseId(text: string): string {
  if (/^[\s.]*$/.test(text)) throw new InvalidArgumentError("Use an id.");
  return text;
}

/** Parses one of several ids. */
export const parseIds = (text: string, previous: readonly string[] = []): string[] => [...previous, parseId(text)];
