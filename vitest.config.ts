import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { configDefaults, defineConfig, type TestProjectConfiguration } from "vitest/config";

// The name says the kind: `x.test.ts` is a unit test, `x.worker.test.ts` runs inside workerd, `x.e2e.test.ts` starts processes.
const WORKER = ["test/**/*.worker.test.ts", "packages/*/test/**/*.worker.test.ts"];
const E2E = ["test/**/*.e2e.test.ts", "packages/*/test/**/*.e2e.test.ts"];

/**
 * Worker tests of the project `worker:api`. All others are in `worker:core`. Chosen so that both take equally long: `npm test`
 * runs the two side by side (scripts/test.ts).
 */
const WORKER_API = ["test/api/**/*.worker.test.ts"];

/** The Worker and its Durable Objects inside workerd, on PGlite behind the Neon endpoint. */
const workerProject = (name: string, groupOrder: number, files: object): TestProjectConfiguration => ({
  plugins: [
    cloudflareTest(({ inject }) => ({
      wrangler: { configPath: "./wrangler.toml" },
      // The test runner loses promises that cross requests, so no delivery may wait for a call of another request.
      miniflare: { bindings: { ...inject("bindings"), CALLS_IN_FLIGHT: "1000", WRITE_INTERVAL_MS: "0" } },
    })),
  ],
  test: {
    name,
    ...files,
    // One runtime and one database for all files. Every test creates its own integrations.
    isolate: false,
    maxWorkers: 1,
    sequence: { groupOrder },
    globalSetup: ["./test/support/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // Show what the Worker logs only for tests that fail.
    silent: "passed-only",
    // See test/support/runs.ts.
    provide: { isLong: process.env.TEST_LONG === "1" },
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
      workerProject("worker:api", 1, { include: WORKER_API }),
      workerProject("worker:core", 2, { include: WORKER, exclude: [...configDefaults.exclude, ...WORKER_API] }),
      {
        // Whole programs: `npm start`, real databases, browsers and monitoring tools, over HTTP.
        test: {
          name: "e2e",
          include: E2E,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          globalSetup: ["./test/e2e/global-setup.ts"],
          // No condition has less time on a slow machine than this.
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
