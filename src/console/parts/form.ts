import { ApiError, type Problem } from "../api.ts";
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
    throw new ApiError({ ...INVALID, detail: "The body is not a form." });
  });
  const all = (name: string) => data.getAll(name).filter((value) => typeof value === "string");
  const exactly = (name: string) => all(name)[0] ?? "";
  return { all, exactly, text: (name) => exactly(name).trim() };
}

const INVALID = {
  type: "urn:tocsin:problem:invalid-request",
  title: "Invalid request",
  status: 400,
  instance: "",
} as const satisfies Omit<Problem, "detail">;

/** A problem that the console finds itself, for the field that shows it. @param pointer as the API would name the field */
export const invalidField = (pointer: string, detail: string): Problem => ({
  ...INVALID,
  detail: "Correct the marked fields.",
  errors: [{ pointer, detail }],
});
