/** Times in forms: `datetime-local` fields have UTC. In the browser, client/utc-fields.ts shows them in local time and submits UTC. */

/** The value of a field for an instant, without seconds. @param iso ISO 8601 in UTC */
export const toField = (iso: string): string => iso.slice(0, "2026-01-01T00:00".length);

/**
 * The instant of a submitted field as ISO 8601.
 * @returns undefined for an empty field. Other texts stay as they are, so that the API rejects them
 */
export function fromField(text: string): string | undefined {
  if (text === "") return undefined;
  const [, minute, second = ":00"] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(text) ?? [];
  return minute === undefined ? text : `${minute}${second}Z`;
}
