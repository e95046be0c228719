import { defineConfig } from "vitest/config";

// Apart from the other suites: it needs the programs of Prometheus.
export default defineConfig({
  test: { include: ["test/prometheus/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
});
