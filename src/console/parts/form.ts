import { ApiError } from "../api.ts";
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

/** Reads the form of a request. @throws ApiError when it is none */
export async function readForm(c: Page): Promise<Form> {
  const data = await c.req.formData().catch(() => {
    throw new ApiError({
      type: "about:blank",
      title: "The request is not valid",
      status: 400,
      detail: "This is not what one of our forms sends.",
      instance: "",
    });
  });
  const all = (name: string) => data.getAll(name).filter((value) => typeof value === "string");
  const exactly = (name: string) => all(name)[0] ?? "";
  return { all, exactly, text: (name) => exactly(name).trim() };
}
