/** Returns a text with its first letter in upper case. */
export const capitalize = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A number with thousands separators: `1,204`. */
export const formatNumber = (value: number): string => value.toLocaleString("en");
