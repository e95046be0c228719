/** The mapping editor: tries the mapping while the user types, inserts paths, and warns about unsaved changes. */
import { type Segments, toFieldExpression } from "../parts/json-path.ts";
import { all, type Control, find, isChanged, onEarlyChange } from "./dom.ts";
import { startPathCompletion } from "./path-completion.ts";
import { startPreview } from "./preview.ts";

export function startMappingEditor(): void {
  const editor = find<HTMLFormElement>("form[data-mapping]");
  if (!editor) return;
  const fields = all<HTMLTextAreaElement>("textarea[data-completes]", editor);
  /** The field that gets a clicked path. */
  let current = fields[0];

  const isDirty = () => fields.some(isChanged);
  const eventsExpression = () => fields.find(({ name }) => name === "events")?.value ?? "";

  const tryMapping = startPreview(editor, "try", (fresh) => {
    for (const id of ["trial", "sample"]) replace(id, fresh);
    for (const field of fields) showError(field, fresh);
  });
  const tryAfterPause = () => {
    tryMapping();
    const notice = find("#unsaved", editor);
    if (notice) notice.hidden = !isDirty();
  };

  editor.addEventListener("input", tryAfterPause);
  editor.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLTextAreaElement && fields.includes(target)) current = target;
  });
  editor.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const node = target.closest<HTMLElement>("[data-path]");
    if (node && current && !current.readOnly) insert(current, node, eventsExpression());
    const sample = target.closest<HTMLElement>("[data-sample]")?.dataset["sample"];
    const select = find<HTMLSelectElement>("select[name=delivery]", editor);
    if (sample !== undefined && select) {
      event.preventDefault();
      select.value = sample;
      tryAfterPause();
    }
  });
  onEarlyChange(() => [...fields, ...all<Control>("select[name=delivery]", editor)], tryAfterPause);
  startPathCompletion(fields, (field) => pathsFor(field, eventsExpression()));

  let isSubmitted = false;
  editor.addEventListener("submit", () => (isSubmitted = true));
  addEventListener("beforeunload", (event) => {
    if (!isSubmitted && isDirty()) event.preventDefault();
  });
}

/** Replaces a region, unless the user is in it. */
function replace(id: string, fresh: Document): void {
  const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
  if (!old || !next || old.innerHTML === next.innerHTML) return;
  const isSelecting = id === "sample" && document.activeElement instanceof HTMLSelectElement;
  old.replaceWith(document.importNode(next, true));
  if (isSelecting) find("select[name=delivery]")?.focus();
}

/** Shows what is wrong with a field, and keeps the field with its cursor. */
function showError(field: HTMLTextAreaElement, fresh: Document): void {
  const shown = field.closest(".field");
  const next = fresh.getElementById(`field-${field.name}`)?.querySelector(".field");
  const control = next?.querySelector("textarea");
  if (!shown || !next || !control) return;
  shown.className = next.className;
  shown.querySelector(".invalid")?.remove();
  for (const name of ["aria-describedby", "aria-invalid"]) {
    const value = control.getAttribute(name);
    if (value === null) field.removeAttribute(name);
    else field.setAttribute(name, value);
  }
  const error = next.querySelector(".invalid");
  if (error) field.closest("label")?.after(document.importNode(error, true));
}

/** Inserts the path of a node at the cursor of a field; an empty field gets it as a whole. */
function insert(field: HTMLTextAreaElement, node: HTMLElement, events: string): void {
  const path = pathOf(node, field, events);
  if (path === null) return;
  field.focus();
  field.setRangeText(path, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

const pathOf = (node: HTMLElement, field: HTMLTextAreaElement, events: string): string | null =>
  toFieldExpression(JSON.parse(node.dataset["path"] ?? "[]") as Segments, field.name, events);

/** The paths of the sample for a field, each once. */
const pathsFor = (field: HTMLTextAreaElement, events: string): string[] => [
  ...new Set(all("[data-path]").flatMap((node) => pathOf(node, field, events) ?? [])),
];
