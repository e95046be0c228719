import { isObject } from "../../../src/lib/json.ts";
import { defineProvider } from "../../../src/providers/form/define.ts";
import type { ProviderForm, Scope } from "../../../src/providers/form/form.ts";
import type { Provider, ProviderInput } from "../../../src/providers/provider.ts";

/** The input of a provider for a body. */
export const inputOf = (body: unknown, headers: Record<string, string> = {}): ProviderInput => ({
  headers: new Headers(headers),
  body,
  path: "",
  query: new URLSearchParams(),
  receivedAt: 0,
});

/** The scope of an event that is the whole body. */
export const scopeOf = (body: unknown, headers: Record<string, string> = {}): Scope => ({
  event: isObject(body) ? body : {},
  body,
  original: body,
  input: inputOf(body, headers),
  action: null,
});

/** A provider with a small form, and other fields. */
export const provide = (form: Partial<ProviderForm> = {}): Provider =>
  defineProvider({
    id: "example",
    name: "Example",
    docs: "https://example.com",
    setup: "Send to `<INGEST_URL>`.",
    category: "generic",
    keywords: "example",
    sample: { body: { id: "7", name: "Disk full", state: "down" } },
    body: "an example",
    alertKey: "id",
    title: ["name", "label"],
    action: { at: "state" },
    ...form,
  });
