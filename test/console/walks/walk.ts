/** Shared by all walks. */
import { rmSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startBrowser } from "../../support/browser.ts";
import { type Service, startService } from "../../support/service.ts";

export interface Walk {
  service: Service;
  browser: Browser;
}

/** Starts a service and a browser before the first test of a file, which its walks share. Each walk creates its own data. */
export function startWalk(): Walk {
  const walk = {} as Walk;
  beforeAll(async () => {
    [walk.service, walk.browser] = await Promise.all([startService(), startBrowser()]);
  });
  afterEach(async () => {
    for (const context of walk.browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await walk.browser.close();
    await walk.service.stop();
    rmSync(walk.service.stateDirectory, { recursive: true });
  });
  return walk;
}

export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
