/** Buttons and fields that work only with a script. Runs for the page, and for each region that replaces another. */
import { all } from "./dom.ts";

const COPIED_MS = 1500;

export function enhance(within: ParentNode): void {
  for (const button of all<HTMLButtonElement>("[data-copy]", within)) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), COPIED_MS);
    });
  }
}
