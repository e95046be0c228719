import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The suites share two cores with the databases and Workers that they start.
    fileParallelism: false,
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
        test: { name: "database", include: ["test/database/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        // The command line: its rules, and the built program against the whole service.
        test: {
          name: "cli",
          include: ["test/cli/**/*.test.ts"],
          globalSetup: ["./test/cli/global-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // Deployments by the real wrangler, to a stand-in for Cloudflare's API, with a real Postgres.
        test: { name: "deploy", include: ["test/deploy/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
      },
      {
        // The whole, as a user starts it, over HTTP.
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
      },
    ],
  },
});
