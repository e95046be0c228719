import { ApiError } from "../api.ts";
import type { Page } from "../context.ts";

/** The fields of a submitted form. Files are ignored. */
export interface Form {
  /** A trimmed value; empty when the field is missing. */
  text(name: string): string;
  /** A value without trimming, for passwords. */
  exactly(name: string): string;
  /** All values of a field. */
  all(name: string): string[];
}

/** Reads the form of a request. @throws ApiError 400 when the body is not a form */
export async function readForm(c: Page): Promise<Form> {
  const data = await c.req.formData().catch(() => {
    throw new ApiError({
      type: "urn:tocsin:problem:invalid-request",
      title: "Invalid request",
      status: 400,
      detail: "The body is not a form.",
      instance: "",
    });
  });
  const all = (name: string) => data.getAll(name).filter((value) => typeof value === "string");
  const exactly = (name: string) => all(name)[0] ?? "";
  return { all, exactly, text: (name) => exactly(name).trim() };
}
