import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { configDefaults, defineConfig } from "vitest/config";

// The kind of a test is in its name: `x.test.ts` is a unit test, `x.worker.test.ts` runs inside workerd, `x.e2e.test.ts` starts processes.
const WORKER = ["test/**/*.worker.test.ts", "packages/*/test/**/*.worker.test.ts"];
const E2E = ["test/**/*.e2e.test.ts", "packages/*/test/**/*.e2e.test.ts"];

export default defineConfig({
  test: {
    // Show what the Worker logs only for tests that fail.
    silent: "passed-only",
    projects: [
      {
        // Pure rules, in plain Node.
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...WORKER, ...E2E],
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        // The Worker and its objects inside workerd, against PGlite behind the Neon endpoint.
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: "./wrangler.toml" },
            // The test runner loses promises that cross requests, so no delivery may wait for the call of another.
            miniflare: { bindings: { ...inject("bindings"), CALLS_UNDER_WAY: "1000" } },
          })),
        ],
        test: {
          name: "worker",
          include: WORKER,
          // One runtime for all files: each would start another, and every test uses integrations of its own.
          isolate: false,
          maxWorkers: 1,
          globalSetup: ["./test/support/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Whole programs: `npm start`, real databases, browsers and monitoring tools, over HTTP.
        test: {
          name: "e2e",
          include: E2E,
          maxWorkers: 2,
          globalSetup: ["./packages/cli/test/global-setup.ts"],
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
