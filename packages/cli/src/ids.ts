import { InvalidArgumentError } from "commander";

/** Parses an id. An empty text or dots would make the path of another operation: a variable of a script is empty. */
export function parseId(text: string): string {
  if (/^[\s.]*$/.test(text)) throw new InvalidArgumentError("Use an id.");
  return text;
}

/** Parses one of several ids. */
export const parseIds = (text: string, previous: readonly string[] = []): string[] => [...previous, parseId(text)];
