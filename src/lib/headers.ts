/** The entries of headers. Several stages need them, and iterating over the platform's `Headers` costs more than reading an array. */

const known = new WeakMap<Headers, readonly [name: string, value: string][]>();

/** Returns the entries of headers. The headers must not change afterwards. */
export function entriesOf(headers: Headers): readonly [name: string, value: string][] {
  let entries = known.get(headers);
  if (!entries) known.set(headers, (entries = [...headers]));
  return entries;
}
