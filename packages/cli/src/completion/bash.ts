import { type Flag, type Place, valueFlags } from "./model.ts";

const list = (words: readonly string[]): string => words.join(" ");

/** For bash, from 3.2 on: https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html */
export const bashScript = (places: readonly Place[]): string => `# bash completion of tocsin
_tocsin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local place="" word longer index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in
      ${valueFlags(places).join("|")}) ((index++)); continue ;;
      -*) continue ;;
    esac
    longer="\${place:+$place }$word"
    case "$longer" in
      ${places.flatMap(({ path }) => (path === "" ? [] : [`"${path}"`])).join("|")}) place="$longer" ;;
    esac
  done

  case "$place $previous" in
${places.flatMap(valueCases).join("\n")}
  esac

  local words="" flags="" files=""
  case "$place" in
${places.map(({ path, words, flags, takesFiles }) => `    "${path}") words="${list(words.map(({ word }) => word))}"; flags="${list(flags.map(({ word }) => word))}"; files="${takesFiles ? "yes" : ""}" ;;`).join("\n")}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *)
      COMPREPLY=($(compgen -W "$words" -- "$current"))
      [ -n "$files" ] && COMPREPLY+=($(compgen -f -- "$current"))
      ;;
  esac
  return 0
}
complete -F _tocsin tocsin
`;

function valueCases({ path, flags }: Place): string[] {
  return flags.flatMap(({ word, value }) =>
    value.kind === "none" ? [] : [`    "${path} ${word}") COMPREPLY=(${answer(value)}); return 0 ;;`],
  );
}

function answer(value: Flag["value"]): string {
  if (value.kind === "words") return `$(compgen -W "${list(value.words)}" -- "$current")`;
  return value.kind === "file" ? '$(compgen -f -- "$current")' : "";
}
