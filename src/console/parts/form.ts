import type { Page } from "../console.ts";

/** What a form was sent with. Files, which none of our forms has, are nothing. */
export interface Form {
  /** A field without the space around it; empty: it was not filled in, or is none. */
  text(name: string): string;
  /** A field as it was typed: for passwords. */
  exactly(name: string): string;
  /** Every value of a field that may have several. */
  all(name: string): string[];
}

/** Reads the form of a request. */
export async function readForm(c: Page): Promise<Form> {
  const data = await c.req.formData();
  const all = (name: string) => data.getAll(name).filter((value) => typeof value === "string");
  const exactly = (name: string) => all(name)[0] ?? "";
  return { all, exactly, text: (name) => exactly(name).trim() };
}
