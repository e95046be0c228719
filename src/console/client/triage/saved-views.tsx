/** Named filters of the alert list, kept in this browser. Their addresses can be shared. */
import { find, textOf } from "../dom.ts";
import { mount } from "../mount.tsx";

const KEY = "saved-views";
const MAX_VIEWS = 30;

interface SavedView {
  name: string;
  /** The query of the URL of the list, with `?`. */
  search: string;
}

function load(): SavedView[] {
  try {
    const views = JSON.parse(localStorage.getItem(KEY) ?? "[]") as unknown;
    return Array.isArray(views)
      ? (views as SavedView[]).filter(({ name, search }) => name && search.startsWith("?"))
      : [];
  } catch {
    return [];
  }
}

export function startSavedViews(): void {
  const root = find("#saved-views > div");
  if (!root) return;
  let views = load();
  const save = (next: readonly SavedView[]) => {
    views = next.slice(0, MAX_VIEWS);
    try {
      localStorage.setItem(KEY, JSON.stringify(views));
    } catch {
      // Without storage, the views last until the page is left.
    }
    rerender();
  };
  const add = (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const name = textOf(new FormData(form), "name");
    const url = new URL(location.href);
    for (const parameter of ["cursor", "flash"]) url.searchParams.delete(parameter);
    if (name !== "") save([...views.filter((view) => view.name !== name), { name, search: url.search || "?" }]);
    form.reset();
  };
  const Views = () => {
    return (
      <>
        {views.length === 0 ? <p class="muted">No saved views in this browser.</p> : null}
        <ul>
          {views.map((view) => (
            <li key={view.name}>
              <a href={`/alerts${view.search}`}>{view.name}</a>
              <button
                type="button"
                class="plain"
                aria-label={`Remove view ${view.name}`}
                onClick={() => save(views.filter(({ name }) => name !== view.name))}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
        <form onSubmit={add} class="buttons">
          <input name="name" required maxlength={60} placeholder="Name" aria-label="Name of the view" />
          <button class="quiet">Save view</button>
        </form>
      </>
    );
  };
  const rerender = mount(Views, root);
}
