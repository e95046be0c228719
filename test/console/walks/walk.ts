/** Shared by all walks. walks.e2e.test.ts starts both once, before the first test. */
import type { Browser } from "playwright-core";
import type { Service } from "../../support/service.ts";

export interface Walk {
  service: Service;
  browser: Browser;
}

export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
