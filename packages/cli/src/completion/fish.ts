import { type Flag, type Place, valueFlags } from "./model.ts";

/** A text in single quotes. https://fishshell.com/docs/current/language.html#quotes */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, "\\$&")}'`;

/** For fish: https://fishshell.com/docs/current/cmds/complete.html */
export const fishScript = (places: readonly Place[]): string => `# fish completion of tocsin
function __tocsin_at --description 'Whether the command line stands at this place'
  set -l place
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case ${valueFlags(places).join(" ")}
        set skip 1
      case '-*'
      case '*'
        set -l longer (string join ' ' $place $word)
        if contains -- $longer ${places.flatMap(({ path }) => (path === "" ? [] : [quoted(path)])).join(" ")}
          set place $longer
        end
    end
  end
  test "$place" = "$argv[1]"
end
complete -c tocsin -f
${places.flatMap(lines).join("\n")}
`;

function lines({ path, words, flags, takesFiles }: Place): string[] {
  const here = `complete -c tocsin -n ${quoted(`__tocsin_at ${quoted(path)}`)}`;
  return [
    ...words.map(({ word, summary }) => `${here} -a ${quoted(word)} -d ${quoted(summary)}`),
    ...flags.map(({ word, summary, value }) => `${here} -l ${word.slice(2)} ${answer(value)}-d ${quoted(summary)}`),
    ...(takesFiles ? [`${here} -F`] : []),
  ];
}

function answer(value: Flag["value"]): string {
  switch (value.kind) {
    case "none":
      return "";
    case "words":
      return `-x -a ${quoted(value.words.join(" "))} `;
    case "file":
      return "-r -F ";
    case "any":
      return "-x ";
  }
}
