import { defineConfig } from "vitest/config";

// Apart from the other suites: it needs a browser.
export default defineConfig({
  test: {
    include: ["test/console/**/*.test.ts"],
    globalSetup: ["./test/console/global-setup.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
