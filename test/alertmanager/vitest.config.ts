import { defineConfig } from "vitest/config";

// Apart from the other suites: it needs the prometheus-alertmanager program.
export default defineConfig({
  test: { include: ["test/alertmanager/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
});
