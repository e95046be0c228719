/** `/silences`: registers the pages of the section. */
import type { Console } from "../context.ts";
import { registerSilence } from "./silences/detail.tsx";
import { registerSilenceList } from "./silences/list.tsx";
import { registerNewSilence } from "./silences/new.tsx";

export function registerSilences(pages: Console): void {
  registerSilenceList(pages);
  registerNewSilence(pages);
  registerSilence(pages);
}
