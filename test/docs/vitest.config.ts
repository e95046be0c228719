import { defineConfig } from "vitest/config";

// Apart from the other suites: it needs what a reader of the docs has, bash, curl, jq and openssl.
export default defineConfig({
  test: { include: ["test/docs/**/*.test.ts"], fileParallelism: false, testTimeout: 600_000, hookTimeout: 300_000 },
});
