/** JSON Pointers (RFC 6901). */
import { isObject } from "./json.ts";

/** The tokens of a JSON Pointer (RFC 6901); null: the text is not a pointer. */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The JSON Pointer to a path of property names and indexes. */
export const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/**
 * A copy of a JSON value without the parts that pointers name. Each object and array on their ways is copied once, however many
 * pointers there are.
 * @param pointers the tokens of each; without tokens, it names the value itself
 */
export function withoutParts(value: unknown, pointers: readonly (readonly string[])[]): unknown {
  if (pointers.some((tokens) => tokens.length === 0)) return null;
  const parts = Map.groupBy(pointers, ([token = ""]) => token);
  const isRemoved = (token: string) => parts.get(token)?.some((tokens) => tokens.length === 1) === true;
  const rest = (token: string, child: unknown) => {
    const deeper = parts.get(token);
    return deeper
      ? withoutParts(
          child,
          deeper.map((tokens) => tokens.slice(1)),
        )
      : child;
  };
  if (Array.isArray(value)) {
    if (![...parts.keys()].some((token) => isIndex(token) && Number(token) < value.length)) return value;
    return value.flatMap((child: unknown, at) => (isRemoved(String(at)) ? [] : [rest(String(at), child)]));
  }
  if (!isObject(value) || ![...parts.keys()].some((token) => Object.hasOwn(value, token))) return value;
  const entries = Object.entries(value).filter(([name]) => !isRemoved(name));
  return Object.fromEntries(entries.map(([name, child]) => [name, rest(name, child)]));
}

const isIndex = (token: string): boolean => /^(0|[1-9]\d*)$/.test(token);
