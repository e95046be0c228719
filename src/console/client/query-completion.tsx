/** Completion of the query: fields, their values, labels and the values of labels. A combobox with a listbox (WAI-ARIA). */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { parseAlertQuery } from "../../alerts/query/alert-query.ts";
import { QueryError } from "../../alerts/query/syntax.ts";
import { SEVERITIES, STATUSES } from "../parts/badges.tsx";
import { splitForCompletion, type Suggestion, suggestFields, suggestValues } from "../triage/completion.ts";
import type { TriageData } from "../triage/data.ts";
import { callApi, CallError } from "./api.ts";
import { find } from "./dom.ts";
import { mount } from "./mount.tsx";

const PAUSE_MS = 150;
const MAX_VALUES = 30;

/** Values that need no request, by field. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  status: STATUSES.map((status) => status.toLowerCase()),
  severity: SEVERITIES.toReversed().map((severity) => severity.toLowerCase()),
  muted: ["true", "false"],
  since: ["1h", "24h", "7d", "30d"],
  until: ["1h", "24h", "7d"],
};

export function startQueryCompletion(data: TriageData | null): void {
  const input = find<HTMLInputElement>("input[data-completion]");
  if (!input?.parentElement) return;
  const names = Object.values(data?.context.names ?? {});
  const root = document.createElement("div");
  input.parentElement.append(root);
  let suggestions: readonly Suggestion[] = [];
  let active = -1;
  let latest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const List = () => {
    return (
      <ul
        class="suggestions"
        id="suggestions"
        role="listbox"
        aria-label="Suggestions"
        hidden={suggestions.length === 0}
      >
        {suggestions.map(({ text, hint }, index) => (
          <li
            id={`suggestion-${index}`}
            role="option"
            aria-selected={index === active ? "true" : "false"}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(index);
            }}
          >
            {text}
            <span>{hint}</span>
          </li>
        ))}
      </ul>
    );
  };
  const show = (next: readonly Suggestion[], at = -1) => {
    suggestions = next;
    active = at;
    rerender();
    input.setAttribute("aria-expanded", String(next.length > 0));
    if (at === -1) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `suggestion-${at}`);
    document.getElementById(`suggestion-${at}`)?.scrollIntoView({ block: "nearest" });
  };
  const choose = (index: number) => {
    clearTimeout(timer);
    const { start, end } = splitForCompletion(input.value, input.selectionStart ?? input.value.length);
    const text = suggestions[index]?.insert ?? "";
    input.setRangeText(text, start, end, "end");
    if (!text.endsWith(":") && !text.endsWith("."))
      input.setRangeText(" ", start + text.length, start + text.length, "end");
    active = -1;
    showFault(input);
    void update();
  };
  const update = async () => {
    const current = ++latest;
    const token = splitForCompletion(input.value, input.selectionStart ?? input.value.length);
    const found =
      token.field === null ? suggestFields(token.value, await labelNames(token)) : await valuesOf(token, names);
    if (current !== latest || document.activeElement !== input) return;
    // A late answer does not take away what the user has moved to.
    const chosen = suggestions[active]?.text;
    show(found, chosen === undefined ? -1 : found.findIndex(({ text }) => text === chosen));
  };

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "suggestions");
  input.setAttribute("aria-expanded", "false");
  const rerender = mount(List, root);
  input.addEventListener("input", () => {
    showFault(input);
    clearTimeout(timer);
    timer = setTimeout(() => void update(), PAUSE_MS);
  });
  input.addEventListener("focus", () => void update());
  if (document.activeElement === input) void update();
  input.addEventListener("blur", () => {
    latest++;
    show([]);
  });
  input.addEventListener("keydown", (event) => {
    if (suggestions.length === 0) return;
    const { length } = suggestions;
    if (event.key === "ArrowDown") show(suggestions, (active + 1) % length);
    else if (event.key === "ArrowUp") show(suggestions, active <= 0 ? length - 1 : active - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && active !== -1) choose(active);
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

type Token = ReturnType<typeof splitForCompletion>;

/** Names of labels for the start of a term. */
async function labelNames({ value }: Token): Promise<string[]> {
  const prefix = value.startsWith("label.") ? value.slice("label.".length) : value;
  const { data } = await quietly<{ data: { name: string }[] }>(
    `/v1/labels?limit=${MAX_VALUES}&prefix=${encodeURIComponent(prefix)}`,
  );
  return data.map(({ name }) => name);
}

async function valuesOf({ field, value }: Token, names: readonly string[]): Promise<Suggestion[]> {
  if (field === null) return [];
  if (field === "integration") return suggestValues(names, value);
  if (!field.startsWith("label.")) return suggestValues(CLOSED[field] ?? [], value);
  const label = encodeURIComponent(field.slice("label.".length));
  const { data } = await quietly<{ data: Schemas["LabelValue"][] }>(
    `/v1/labels/${label}/values?limit=${MAX_VALUES}&prefix=${encodeURIComponent(value)}`,
  );
  return data.flatMap((one) => suggestValues([one.value], value).map((made) => ({ ...made, hint: String(one.count) })));
}

/** A list of the API; empty if it fails: completion is a convenience. */
async function quietly<Body extends { data: unknown[] }>(path: string): Promise<Body> {
  try {
    return await callApi<Body>("GET", path);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { data: [] } as unknown as Body;
  }
}

/** Says under the field what is wrong, and where, as the server does. An unfinished term at the cursor is no fault. */
function showFault(input: HTMLInputElement): void {
  const place = document.getElementById("query-error");
  if (!place) return;
  place.textContent = "";
  input.removeAttribute("aria-invalid");
  try {
    parseAlertQuery(input.value, Date.now());
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (isUnfinished(input)) return;
    place.textContent = `Position ${error.offset + 1}: ${error.message}.`;
    input.setAttribute("aria-invalid", "true");
  }
}

const isUnfinished = (input: HTMLInputElement): boolean => {
  const { start, end } = splitForCompletion(input.value, input.selectionStart ?? input.value.length);
  try {
    parseAlertQuery(input.value.slice(0, start) + input.value.slice(end), Date.now());
    return document.activeElement === input;
  } catch {
    return false;
  }
};
