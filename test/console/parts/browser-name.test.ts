import { expect, it } from "vitest";
import { browserName } from "../../../src/console/parts/browser-name.ts";

const BASE = "AppleWebKit/537.36 (KHTML, like Gecko)";

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${BASE} Chrome/156.0.0.0 Safari/537.36`, "Chrome on Linux"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BASE} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`, "Edge on Windows"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on macOS"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  ["curl/8.17.0", "curl/8.17.0"],
])("names the browser of %j", (userAgent, expected) => {
  expect(browserName(userAgent)).toBe(expected);
});
