/** Shows the `datetime-local` fields of forms in local time. They have UTC in the page, and are submitted in UTC (parts/utc.ts). */
import { all, find } from "./dom.ts";

export function startUtcFields(): void {
  const fields = all<HTMLInputElement>("input[data-utc]");
  for (const field of fields) {
    if (field.value !== "") field.value = toLocal(new Date(`${field.value}Z`));
    const zone = find(".zone", field.closest("label") ?? field);
    if (zone) zone.textContent = "local time";
  }
  addEventListener("formdata", ({ target, formData }) => {
    for (const { name, value } of all<HTMLInputElement>("input[data-utc]", target as HTMLFormElement))
      if (value !== "") formData.set(name, new Date(value).toISOString());
  });
}

/** An instant as the value of a field. */
function toLocal(instant: Date): string {
  const shifted = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, "2026-01-01T00:00".length);
}
