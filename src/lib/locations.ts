/**
 * Where Cloudflare can create Durable Objects, by location hint:
 * https://developers.cloudflare.com/durable-objects/reference/data-location/#supported-locations
 */
export const LOCATIONS = {
  wnam: "Western North America",
  enam: "Eastern North America",
  sam: "South America",
  weur: "Western Europe",
  eeur: "Eastern Europe",
  apac: "Asia-Pacific",
  "apac-ne": "Asia-Pacific, northeast",
  "apac-se": "Asia-Pacific, southeast",
  oc: "Oceania",
  afr: "Africa",
  me: "Middle East",
} as const;

/** A location hint. */
export type Location = keyof typeof LOCATIONS;

/** All location hints. */
export const LOCATION_HINTS = Object.keys(LOCATIONS) as [Location, ...Location[]];
