import { execFileSync } from "node:child_process";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { startService } from "../support/service.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** One service for all files that need no service of their own. */
    sharedService: { url: string; rootApiKey: string };
  }
}

const ROOT = path.join(import.meta.dirname, "..", "..");

/** Builds the command line as `npm ci` does, and starts the shared service. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [path.join(ROOT, "scripts", "build-cli.ts")]);
  const service = await startService();
  project.provide("sharedService", { url: service.url, rootApiKey: service.rootApiKey });
  return () => service.stop();
}
