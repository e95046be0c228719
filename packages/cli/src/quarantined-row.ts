import { InvalidArgumentError } from "commander";

/** Reads the number of a quarantined row. @throws InvalidArgumentError */
export function parseRow(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("Use the number of a row.");
  return Number(text);
}
