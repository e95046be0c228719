import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { CRON_STEPS, runCron } from "../src/cron.ts";
import worker from "../src/index.ts";
import { withDatabase } from "./support/worker.ts";

describe("the cron", () => {
  it("runs every step although one fails, and fails itself", async () => {
    const done: string[] = [];
    const logged = vi.spyOn(console, "error");
    const steps = {
      first: async () => void done.push("first"),
      second: () => Promise.reject(new Error("with a secret")),
      third: async (_: Env, now: number) => void done.push(`third at ${now}`),
    };
    await expect(runCron(env, 7, steps)).rejects.toThrow("cron steps failed: second");
    expect(done).toEqual(["first", "third at 7"]);
    expect(String(logged.mock.calls)).toContain('"step":"second"');
    expect(JSON.stringify(logged.mock.calls)).not.toContain("with a secret");
  });

  it("has all its steps and succeeds with them", async () => {
    expect(Object.keys(CRON_STEPS)).toEqual([
      "sync integrations",
      "wake subscriptions",
      "purge answers",
      "purge sign-ins",
      "retention",
    ]);
    const context = createExecutionContext();
    await worker.scheduled(createScheduledController({ cron: "*/5 * * * *" }), env);
    await waitOnExecutionContext(context);
  });

  it("names every step that fails while the database is down", async () => {
    const logged = vi.spyOn(console, "error");
    await withDatabase("down", async () => {
      await expect(runCron(env, Date.now())).rejects.toThrow(
        "cron steps failed: sync integrations, wake subscriptions, purge answers, purge sign-ins",
      );
    });
    const lines = logged.mock.calls.map(([line]) => (JSON.parse(String(line)) as { message: string }).message);
    expect(lines).toEqual([...Array<string>(4).fill("cron step failed"), "retention failed"]);
  });
});
