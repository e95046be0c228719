import type { Command } from "../command.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { placesOf, type Place, type Shell } from "./model.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The script that completes the words of the commands in a shell. */
export const completionScript = async (shell: Shell, commands: readonly Command[]): Promise<string> =>
  SCRIPTS[shell](await placesOf(commands)).trimEnd();
