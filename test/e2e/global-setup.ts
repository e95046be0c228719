import { execFileSync } from "node:child_process";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { type ServiceAddress, startService } from "../support/service.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** One service for all files that need no service of their own. */
    sharedService: ServiceAddress & { stateDirectory: string };
  }
}

const ROOT = path.join(import.meta.dirname, "..", "..");

/** Builds the command line as `npm ci` does, and starts the shared service. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [path.join(ROOT, "scripts", "build-cli.ts")]);
  const service = await startService();
  const { url, rootApiKey, stateDirectory } = service;
  project.provide("sharedService", { url, rootApiKey, stateDirectory });
  return () => service.stop();
}
