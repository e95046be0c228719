/** Completes paths in text areas, with a list box under the field. Its keys are those of https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. */

const MAX_OPTIONS = 8;

/** The path before the cursor. */
const TOKEN = /[\w.$`[\]-]+$/;

const tokenOf = (field: HTMLTextAreaElement): string =>
  TOKEN.exec(field.value.slice(0, field.selectionStart))?.[0] ?? "";

/** @param paths returns the paths for a field */
export function startPathCompletion(
  fields: readonly HTMLTextAreaElement[],
  paths: (field: HTMLTextAreaElement) => string[],
): void {
  const list = document.createElement("ul");
  list.id = "completions";
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Paths");
  list.hidden = true;
  let owner: HTMLTextAreaElement | null = null;
  let selected = -1;

  const options = () => [...list.children] as HTMLElement[];

  function close(): void {
    list.hidden = true;
    owner?.removeAttribute("aria-activedescendant");
    owner = null;
  }

  function open(field: HTMLTextAreaElement): void {
    const token = tokenOf(field).toLowerCase();
    const found =
      token === ""
        ? []
        : paths(field).filter((path) => path.toLowerCase().includes(token) && path.toLowerCase() !== token);
    if (found.length === 0) return close();
    owner = field;
    list.replaceChildren(...found.slice(0, MAX_OPTIONS).map(optionOf));
    field.closest(".field")?.after(list);
    list.hidden = false;
    select(-1);
  }

  function select(index: number): void {
    selected = index;
    for (const [at, option] of options().entries()) option.setAttribute("aria-selected", String(at === index));
    if (index === -1) owner?.removeAttribute("aria-activedescendant");
    else owner?.setAttribute("aria-activedescendant", `completion-${index}`);
  }

  function accept(path: string): void {
    const field = owner;
    if (!field) return;
    const end = field.selectionStart;
    field.setRangeText(path, end - tokenOf(field).length, end, "end");
    close();
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  }

  for (const field of fields) {
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.addEventListener("input", (event) => {
      if (event.inputType.startsWith("insertText")) open(field);
      else close();
    });
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const count = options().length;
      if (event.key === "Escape") close();
      else if (event.key === "ArrowDown") select((selected + 1) % count);
      else if (event.key === "ArrowUp") select(selected <= 0 ? count - 1 : selected - 1);
      else if ((event.key === "Enter" || event.key === "Tab") && selected !== -1)
        accept(options()[selected]?.textContent ?? "");
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  // Before the blur of the field, which closes the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    accept((event.target as HTMLElement).textContent ?? "");
  });
  fields[0]?.form?.append(list);
}

function optionOf(path: string, index: number): HTMLElement {
  const option = document.createElement("li");
  option.id = `completion-${index}`;
  option.setAttribute("role", "option");
  option.textContent = path;
  return option;
}
