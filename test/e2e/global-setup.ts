/** Builds the command line, and starts one shared service when the first file requests it. */
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { type Service, startService } from "../support/service.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A GET starts the shared service, once, and returns it: see shared-service.ts. */
    sharedServiceUrl: string;
  }
}

const ROOT = path.join(import.meta.dirname, "..", "..");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [path.join(ROOT, "scripts", "build-cli.ts")]);

  let starting: Promise<Service> | undefined;
  const starter = createServer((_request, response) => {
    starting ??= startService();
    starting.then(
      ({ url, rootApiKey, demo, stateDirectory }) =>
        response.end(JSON.stringify({ url, rootApiKey, demo, stateDirectory })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => starter.listen(0, "127.0.0.1", resolve));
  project.provide("sharedServiceUrl", `http://127.0.0.1:${(starter.address() as AddressInfo).port}`);
  return async () => {
    starter.closeAllConnections();
    starter.close();
    const service = await starting?.catch(() => undefined);
    await service?.stop();
  };
}
