/** `tocsin login` and the choice of credentials, against a service. */
import { copyFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../../scripts/lib/postgres.ts";
import { api } from "../../../test/support/service.ts";
import { type Gate, openGate } from "./support/gate.ts";
import { hasTerminals, newFolder, onTerminal, tocsin, until } from "./support/run.ts";
import { env, service, withAlerts } from "./support/shared-service.ts";

let gate: Gate | undefined;

afterEach(async () => {
  await gate?.close();
  gate = undefined;
});

describe("tocsin login", () => {
  it("saves a URL and a key by name in a file that only its owner can read", async () => {
    const config = newFolder();
    const own = { XDG_CONFIG_HOME: config };
    const file = path.join(config, "tocsin", "config.json");
    for (const flags of [[], ["--profile", "second"]]) {
      const signedIn = await tocsin(["login", "--url", `${service.url}/`, ...flags], {
        env: own,
        input: `${service.rootApiKey}\n`,
      });
      expect(signedIn).toMatchObject({
        exitCode: 0,
        stderr: "",
        stdout: expect.stringContaining(`Signed in to ${service.url} as api:root`),
      });
      expect(signedIn.stdout).not.toContain(service.rootApiKey);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    const target = { url: service.url, key: service.rootApiKey };
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ profiles: { default: target, second: target } });
    for (const flags of [[], ["--profile", "second"], ["--url", service.url]]) {
      expect((await tocsin(["integrations", "list", ...flags], { env: own })).exitCode).toBe(0);
    }
    expect((await tocsin(["integrations", "list", "--profile", "third"], { env: own })).exitCode).toBe(3);
    gate = await openGate(service.url);
    expect((await tocsin(["integrations", "list", "--url", gate.url], { env: own })).exitCode).toBe(3);
    expect(gate.requests).toEqual([]);
  });

  it.skipIf(!hasTerminals)("asks on a terminal, and does not show the key", async () => {
    const config = newFolder();
    const terminal = onTerminal("tocsin login", { env: { XDG_CONFIG_HOME: config } });
    await until(() => terminal.screen().includes("URL: "));
    terminal.type(`${service.url}\r`);
    await until(() => terminal.screen().includes("API key for"));
    terminal.type(`${service.rootApiKey}\r`);
    const { exitCode, screen } = await terminal.ended;
    expect({ exitCode, screen }).toMatchObject({ exitCode: 0, screen: expect.stringContaining("as api:root") });
    expect(screen).not.toContain(service.rootApiKey);
    expect((await tocsin(["alerts", "list"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(0);
  });

  it.skipIf(!hasTerminals)("changes nothing on Ctrl-C", async () => {
    const config = newFolder();
    const terminal = onTerminal(`tocsin login --url ${service.url}`, { env: { XDG_CONFIG_HOME: config } });
    await until(() => terminal.screen().includes("API key for"));
    terminal.type("\u0003");
    expect((await terminal.ended).exitCode).toBe(130);
    expect((await tocsin(["alerts", "list"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(3);
  });

  it("neither saves nor prints a rejected key", async () => {
    const config = newFolder();
    const rejected = await tocsin(["login", "--url", service.url], {
      env: { XDG_CONFIG_HOME: config },
      input: "wrong-key-0123456789",
    });
    expect(rejected).toMatchObject({ exitCode: 3, stdout: "" });
    expect(rejected.stderr).not.toContain("wrong-key");
    expect((await tocsin(["alerts", "list"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(3);
    expect((await tocsin(["login"], { env: { XDG_CONFIG_HOME: config } })).exitCode).toBe(2);
  });

  it("is not needed for the service that runs in this folder", async () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, ".tocsin"));
    copyFileSync(path.join(service.stateDirectory, "dev.json"), path.join(folder, ".tocsin", "dev.json"));
    expect((await tocsin(["integrations", "list", "--all"], { cwd: folder })).stdout).toContain(
      service.demo.integrationId,
    );
    expect((await tocsin(["integrations", "list"])).exitCode).toBe(3);
  });

  it("reports different errors for an invalid key, a missing scope and an unreachable service", async () => {
    const { body: reader } = await api<{ key: string }>(service, "POST", "/v1/api-keys", {
      name: "Reader",
      scopes: ["alerts:read"],
    });
    const { alerts } = await withAlerts(1);
    const reading = { ...env, TOCSIN_KEY: reader.key };
    expect((await tocsin(["alerts", "list"], { env: reading })).exitCode).toBe(0);
    const forbidden = await tocsin(["alerts", "ack", alerts[0]!, "--json"], { env: reading });
    expect(forbidden.exitCode).toBe(3);
    expect(JSON.parse(forbidden.stderr)).toMatchObject({ status: 403 });
    const wrong = await tocsin(["alerts", "list"], { env: { ...env, TOCSIN_KEY: "wrong" } });
    expect(wrong).toMatchObject({ exitCode: 3, stdout: "", stderr: expect.stringMatching(/^tocsin: .+\n$/) });
    const elsewhere = { ...env, TOCSIN_URL: `http://127.0.0.1:${await freePort()}` };
    const unreachable = await tocsin(["alerts", "list", "--json"], { env: elsewhere });
    expect(unreachable.exitCode).toBe(5);
    expect(JSON.parse(unreachable.stderr)).toMatchObject({ detail: expect.stringContaining("Cannot reach") });
  });
});
