/** Measures JSON without writing it. */

/** Sizes of large objects: many events may share one, and even listing its keys is slow. */
const known = new WeakMap<object, { size: number; limit: number }>();
const LARGE = 1000;

/**
 * The length of a value as JSON, in characters.
 * @param limit where counting stops: the result is then some number above it
 */
export function jsonSize(value: unknown, limit: number): number {
  if (typeof value === "string") return value.length > limit ? value.length : JSON.stringify(value).length;
  if (typeof value !== "object" || value === null) return String(value).length;
  const counted = known.get(value);
  const isWhole = counted !== undefined && counted.size <= counted.limit;
  if (counted && (isWhole || counted.size > limit)) return counted.size;
  const size = Array.isArray(value) ? sizeOfArray(value, limit) : sizeOfObject(value as Record<string, unknown>, limit);
  if (size > LARGE) known.set(value, { size, limit });
  return size;
}

function sizeOfArray(array: readonly unknown[], limit: number): number {
  let size = 2;
  for (const element of array) {
    size += jsonSize(element, limit) + 1;
    if (size > limit) break;
  }
  return size;
}

function sizeOfObject(object: Readonly<Record<string, unknown>>, limit: number): number {
  let size = 2;
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    size += entrySize(key, object[key], limit);
    if (size > limit) break;
  }
  return size;
}

/** The length of a member of an object as JSON, with its comma. See jsonSize. */
export const entrySize = (key: string, value: unknown, limit: number): number =>
  value === undefined ? 0 : jsonSize(key, limit) + jsonSize(value, limit) + 2;
