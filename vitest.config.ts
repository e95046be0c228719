import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Suites that start databases and Workers of their own, on ports of their own: two at a time, after the others. */
const STARTS_ITS_OWN = { maxWorkers: 2, sequence: { groupOrder: 2 } };

export default defineConfig({
  test: {
    // What the Worker logs is shown where a test fails.
    silent: "passed-only",
    projects: [
      {
        // Everything under src, inside workerd, against PGlite behind the Neon endpoint.
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: "./wrangler.toml" },
            // The test runner takes from the Worker what lets one request wait for another: here each delivery goes by itself.
            miniflare: { bindings: { ...inject("bindings"), CALLS_UNDER_WAY: "1000" } },
          })),
        ],
        test: {
          name: "worker",
          // One runtime for all: each file of its own would start another, and they use things of their own anyway.
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          include: [
            "test/{alerts,api,ingest,integration,lib,providers,subscription,verify}/**/*.test.ts",
            "test/field.test.ts",
          ],
          globalSetup: ["./test/support/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The Neon endpoint and the database scripts, with the real driver, against PGlite and a real Postgres.
        test: {
          name: "database",
          ...STARTS_ITS_OWN,
          include: ["test/database/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The command line: its rules, and the built program against the whole service.
        test: {
          name: "cli",
          ...STARTS_ITS_OWN,
          include: ["test/cli/**/*.test.ts"],
          globalSetup: ["./test/cli/global-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // Deployments by the real wrangler, to a stand-in for Cloudflare's API, with a real Postgres.
        test: {
          name: "deploy",
          ...STARTS_ITS_OWN,
          include: ["test/deploy/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // The whole, as a user starts it, over HTTP.
        test: {
          name: "e2e",
          ...STARTS_ITS_OWN,
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
