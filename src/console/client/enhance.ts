/** Buttons and fields that work only with a script. Runs for the page, and for each region that replaces another. */
import { all } from "./dom.ts";

const COPIED_MS = 1500;

export function enhance(within: ParentNode): void {
  for (const button of all<HTMLButtonElement>("[data-copy]", within)) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
      showCopied(button, true);
      setTimeout(() => showCopied(button, false), COPIED_MS);
    });
  }
}

/** In a text, the button is an icon, and its style shows a check. */
function showCopied(button: HTMLButtonElement, isCopied: boolean): void {
  button.classList.toggle("copied", isCopied);
  if (!button.querySelector("svg")) button.textContent = isCopied ? "Copied" : "Copy";
}
