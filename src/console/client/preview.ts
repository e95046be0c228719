/** Shows a preview of a form while the user types. */
import { showConnection } from "./connection.ts";

const PAUSE_MS = 400;

/**
 * Submits a form without leaving the page, once the user pauses.
 * @param operation the value of `operation` that asks for the preview
 * @param show gets the page that answers the newest request
 * @returns a function that requests a preview after the pause
 */
export function startPreview(form: HTMLFormElement, operation: string, show: (fresh: Document) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const update = async () => {
    const run = ++latest;
    const body = new FormData(form);
    body.set("operation", operation);
    // Not `form.action`: a field of the form may have this name.
    const response = await fetch(form.getAttribute("action") ?? "", { method: "POST", body }).catch(() => null);
    showConnection(response !== null);
    const page = await response?.text().catch(() => undefined);
    if (page !== undefined && run === latest) show(new DOMParser().parseFromString(page, "text/html"));
  };
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), PAUSE_MS);
  };
}
