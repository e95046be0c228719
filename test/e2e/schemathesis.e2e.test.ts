/**
 * Schemathesis calls every operation of the OpenAPI document: https://schemathesis.readthedocs.io. It writes its own cases from the document, which
 * conformance.e2e.test.ts does not share. Only in `npm run test:all`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, inject, it } from "vitest";
import { execute, pythonWith, ROOT } from "../../scripts/lib/tools.ts";
import { startService } from "../support/service.ts";

const FOLDER = path.join(ROOT, "test", "schemathesis");

/** The program of the package, which has no module to run. */
const RUN = "from schemathesis.cli import schemathesis; schemathesis()";

describe.runIf(inject("isLong"))("schemathesis", () => {
  it(
    "finds no 5xx, no undeclared answer and no answer that its schema does not allow",
    { timeout: 1_800_000 },
    async () => {
      const python = await pythonWith("test/schemathesis/requirements.txt");
      const service = await startService();
      // It stores what it found in its folder.
      const cwd = mkdtempSync(path.join(tmpdir(), "tocsin-schemathesis-"));
      try {
        const options = ["--no-color", "--config-file", path.join(FOLDER, "schemathesis.toml")];
        const output = await execute(python, ["-c", RUN, ...options, "run", `${service.url}/openapi.json`], {
          cwd,
          env: {
            TOCSIN_KEY: service.rootApiKey,
            SCHEMATHESIS_HOOKS: "hooks",
            PYTHONPATH: FOLDER,
            PYTHONDONTWRITEBYTECODE: "1",
          },
        });
        console.log(output);
        expect(output).toContain("No issues found");
      } finally {
        await service.stop();
        rmSync(service.stateDirectory, { recursive: true });
        rmSync(cwd, { recursive: true });
      }
    },
  );
});
