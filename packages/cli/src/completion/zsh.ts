import { type Flag, type Place, valueFlags } from "./model.ts";

/** A text in single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** As `_describe` takes it: the word, and behind a colon what it means. */
const described = (words: readonly { word: string; summary: string }[]): string =>
  words.map(({ word, summary }) => quoted(`${word.replaceAll(":", "\\:")}:${summary}`)).join(" ");

/** For zsh: https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
export const zshScript = (places: readonly Place[]): string => `#compdef tocsin
# zsh completion of tocsin
_tocsin() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  local place="" word longer index
  local -a names flags
  local files=""
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    case "$word" in
      (${valueFlags(places).join("|")}) ((index++)); continue ;;
      (-*) continue ;;
    esac
    longer="\${place:+$place }$word"
    case "$longer" in
      (${places.flatMap(({ path }) => (path === "" ? [] : [`"${path}"`])).join("|")}) place="$longer" ;;
    esac
  done

  case "$place $previous" in
${places.flatMap(valueCases).join("\n")}
  esac

  case "$place" in
${places.map(({ path, words, flags, takesFiles }) => `    (${quoted(path)}) names=(${described(words)}); flags=(${described(flags)}); files="${takesFiles ? "yes" : ""}" ;;`).join("\n")}
  esac
  if [[ "$current" == -* ]]; then
    _describe -o flag flags
  else
    (( \${#names} )) && _describe word names
    [[ -n "$files" ]] && _files
  fi
  return 0
}
if [[ "$funcstack[1]" == _tocsin ]]; then
  _tocsin "$@"
else
  compdef _tocsin tocsin
fi
`;

function valueCases({ path, flags }: Place): string[] {
  return flags.flatMap(({ word, value }) =>
    value.kind === "none" ? [] : [`    ("${path} ${word}") ${answer(value)}return 0 ;;`],
  );
}

function answer(value: Flag["value"]): string {
  if (value.kind === "words") return `compadd -- ${value.words.map(quoted).join(" ")}; `;
  return value.kind === "file" ? "_files; " : "";
}
