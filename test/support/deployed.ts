/** Runs what was uploaded to the stand-in for Cloudflare: the bundle itself, under workerd, with the bindings of its version. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startWorkerd, type Workerd } from "../../scripts/workerd.ts";
import type { Version } from "./cloudflare.ts";
import { freePort } from "./postgres.ts";

export interface Deployed {
  url: string;
  /** Puts a version in the place of the one that runs; the objects' storage stays. */
  run(version: Version): Promise<void>;
  stop(): Promise<void>;
}

/** A place for versions of one Worker, on a port of its own. */
export async function startDeployed(): Promise<Deployed> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-deployed-"));
  const port = await freePort();
  let running: Workerd | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    async run({ id, modules, bindings }) {
      await running?.kill();
      const upload = path.join(directory, "upload");
      mkdirSync(upload, { recursive: true });
      const scripts = [...modules].filter(([name]) => name.endsWith(".js"));
      for (const [name, content] of scripts) writeFileSync(path.join(upload, name), content);
      const texts = bindings.filter(({ type }) => type === "plain_text" || type === "secret_text");
      const worker = {
        name: "deployed",
        port,
        modules: Object.fromEntries(scripts.map(([name]) => [name, path.join(upload, name)])),
        text: Object.fromEntries(texts.map(({ name, text = "" }) => [name, text])),
        json: Object.fromEntries(
          bindings
            .filter(({ type }) => type === "version_metadata")
            .map(({ name }) => [name, { id, tag: "", timestamp: "" }]),
        ),
        objects: bindings
          .filter(({ type }) => type === "durable_object_namespace")
          .map(({ name }) => ({ binding: name, className: "Integration" })),
      };
      running = await startWorkerd(directory, [worker]);
    },
    async stop() {
      await running?.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
