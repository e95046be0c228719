/** The mapping editor runs a dry run while the user types. */
import { showConnection } from "./connection.ts";
import { find } from "./dom.ts";

const PAUSE_MS = 400;

export function startMappingEditor(): void {
  const editor = find<HTMLFormElement>("form[data-try]");
  if (!editor) return;
  const id = editor.dataset["try"] ?? "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const runTrial = async () => {
    const body = new FormData(editor);
    body.set("operation", "try");
    const current = ++latest;
    const response = await fetch(location.pathname, { method: "POST", body }).catch(() => null);
    showConnection(response !== null);
    if (!response || current !== latest) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(id);
    const old = document.getElementById(id);
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  };
  editor.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void runTrial(), PAUSE_MS);
  });
}
