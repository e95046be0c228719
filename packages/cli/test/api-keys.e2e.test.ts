/** `tocsin api-keys` against a service. */
import { describe, expect, it } from "vitest";
import { tocsin } from "./support/run.ts";
import { env, service, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

const field = (name: string, text: string): string => new RegExp(`^${name} +(\\S.*)$`, "m").exec(text)?.[1] ?? "";

/** The exit code of a command with another key. */
const exitCodeWith = async (key: string): Promise<number | null> =>
  (await tocsin(["alerts", "list"], { env: { TOCSIN_URL: service.url, TOCSIN_KEY: key } })).exitCode;

describe("tocsin api-keys", () => {
  it("create a key that works, rotate it, and revoke it", async () => {
    const { demo } = await withAlerts(0);
    const flags = ["--scope", "alerts:write,deliveries:read", "--integration", demo.integrationId, "--expires", "90d"];
    const created = await tocsin(["api-keys", "create", "--name", "ci", ...flags], { env });
    expect(created).toMatchObject({ exitCode: 0, stderr: "The key is shown only once.\n" });
    const [id, key] = [field("API key", created.stdout), field("Key", created.stdout)];
    expect(await exitCodeWith(key)).toBe(0);
    const row = (await tocsin(["api-keys", "list", "--all"], { env })).stdout
      .split("\n")
      .find((line) => line.startsWith(id))
      ?.split("\t");
    expect(row).toMatchObject({ 1: "valid", 2: "alerts:write,deliveries:read", 5: "ci" });

    const rotated = await tocsin(["api-keys", "rotate", id, "--overlap", "0"], { env });
    expect(field("Old key", rotated.stdout)).toBe("invalid from now on");
    const newKey = field("Key", rotated.stdout);
    expect(await exitCodeWith(newKey)).toBe(0);
    expect(await exitCodeWith(key)).toBe(3);

    const revoked = await tocsin(["api-keys", "revoke", id], { env });
    expect(revoked).toEqual({ exitCode: 0, stdout: `${id}\trevoked\n`, stderr: "" });
    expect(await exitCodeWith(newKey)).toBe(3);
  });

  it("exit with 2 for an unknown scope or none, and with 4 for an unknown key", async () => {
    expect(await tocsin(["api-keys", "create", "--name", "x"], { env })).toMatchObject({ exitCode: 2 });
    expect(await tocsin(["api-keys", "create", "--name", "x", "--scope", "all"], { env })).toMatchObject({
      exitCode: 2,
    });
    expect(await tocsin(["api-keys", "rotate", UNKNOWN_ID], { env })).toMatchObject({ exitCode: 4, stdout: "" });
  });
});
