/** `tocsin open` against a service. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasTerminals, newFolder, onTerminal, tocsin, until } from "./support/run.ts";
import { env, json, service, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

describe("tocsin open", () => {
  it("prints the page of an alert, a delivery and an integration", async () => {
    const { demo, alerts, deliveries } = await withAlerts(1);
    const open = async (...args: string[]) => tocsin(["open", ...args], { env });
    const page = (at: string) => ({ exitCode: 0, stdout: `${service.url}${at}\n`, stderr: "" });
    expect(await open()).toEqual(page("/"));
    expect(await open(alerts[0]!)).toEqual(page(`/alerts/${alerts[0]}`));
    expect(await open(deliveries[0]!)).toEqual(page(`/deliveries/${deliveries[0]}`));
    expect(await open(demo.integrationId)).toEqual(page(`/integrations/${demo.integrationId}`));
    expect(await json(["open", alerts[0]!])).toEqual({ url: `${service.url}/alerts/${alerts[0]}` });
  });

  it("exits with 4 for an unknown id, and with 3 if the key may not read all kinds", async () => {
    expect(await tocsin(["open", UNKNOWN_ID], { env })).toMatchObject({ exitCode: 4, stdout: "" });
    const { key } = await json<{ key: string }>(["api-keys", "create", "--name", "reader", "--scope", "alerts:read"]);
    expect(await tocsin(["open", UNKNOWN_ID, "--key", key], { env })).toMatchObject({ exitCode: 3, stdout: "" });
  });

  it.skipIf(!hasTerminals || process.platform !== "linux")("opens the page in the browser on a terminal", async () => {
    const { alerts } = await withAlerts(1);
    const folder = newFolder();
    const seen = path.join(folder, "seen");
    writeFileSync(
      path.join(folder, "xdg-open"),
      `#!/bin/sh\necho "$1" > "${seen}.part" && mv "${seen}.part" "${seen}"\n`,
    );
    chmodSync(path.join(folder, "xdg-open"), 0o755);
    const line = `env PATH="${folder}:$PATH" tocsin open ${alerts[0]}`;
    expect(await onTerminal(line, { env }).ended).toMatchObject({ exitCode: 0 });
    await until(() => existsSync(seen));
    expect(readFileSync(seen, "utf8")).toBe(`${service.url}/alerts/${alerts[0]}\n`);
  });
});
