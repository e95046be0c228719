import { defineCommand } from "../command.ts";
import { completionScript } from "../completion/index.ts";
import { type Shell, SHELLS } from "../completion/model.ts";
import { EXIT } from "../errors.ts";

/** `tocsin completion` */
export const completion = defineCommand({
  path: ["completion"],
  summary: "Print what completes tocsin's words in a shell",
  description:
    "bash: source it from ~/.bashrc. zsh: into a folder of $fpath as _tocsin. fish: into ~/.config/fish/completions/tocsin.fish.",
  operand: { name: "SHELL", summary: "Which shell", choices: SHELLS },
  options: {},
  isOffline: true,
  examples: [
    "tocsin completion bash > tocsin.bash",
    "tocsin completion zsh > _tocsin",
    "tocsin completion fish > tocsin.fish",
  ],
  async run({ output, commands }, _values, [shell]) {
    output.line(await completionScript(shell as Shell, commands));
    return EXIT.done;
  },
});
