/** The entries of headers, which several readers of a request need. To iterate over them in the platform's code costs more than to read them. */

const known = new WeakMap<Headers, readonly [name: string, value: string][]>();

/** The entries of headers that nobody changes any more. */
export function entriesOf(headers: Headers): readonly [name: string, value: string][] {
  let entries = known.get(headers);
  if (!entries) known.set(headers, (entries = [...headers]));
  return entries;
}
