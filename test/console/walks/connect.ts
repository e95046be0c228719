import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { collectErrors, signIn } from "../../support/browser.ts";
import { createUser } from "../../support/console-data.ts";
import { api } from "../../support/service.ts";
import type { Walk } from "./walk.ts";

interface Provider {
  id: string;
  name: string;
  setup: string;
  sample: { body: string };
}

export function describeConnect(walk: Walk): void {
  describe("a source", () => {
    it("is connected by pasting what the page shows: Datadog", async () => {
      const { page, provider, pasted, errors } = await connect(walk, "Datadog");
      const [url = "", headers = "", payload = ""] = pasted;
      // As Datadog does, with the values of its sample for its variables.
      const sample = JSON.parse(provider.sample.body) as Record<string, string>;
      const fields = Object.entries(JSON.parse(payload) as Record<string, string>);
      const values = new Map(fields.map(([field, variable]) => [variable, sample[field] ?? ""]));
      const body = payload.replace(/\$[A-Z_]+/g, (variable) => JSON.stringify(values.get(variable)).slice(1, -1));
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(JSON.parse(headers) as Record<string, string>) },
        body,
      });
      expect(response.status).toBe(202);
      await expectAlert(page, "[P2] [Triggered on {host:db-1}] Disk almost full");
      expect(errors).toEqual([]);
    });

    it("is connected by pasting what the page shows: Nagios, with its real command", async () => {
      const { page, provider, pasted, errors } = await connect(walk, "Nagios");
      const [header = "", configuration = ""] = pasted;
      const directory = mkdtempSync(path.join(tmpdir(), "tocsin-nagios-"));
      try {
        const headerFile = path.join(directory, "tocsin.header");
        writeFileSync(headerFile, `${header}\n`);
        const command = /notify-service-by-tocsin\n\s*command_line\s+(.+)/.exec(configuration)?.[1] ?? "";
        const macros = JSON.parse(provider.sample.body) as Record<string, string>;
        const line = command
          .replaceAll(/\$([A-Z]+)\$/g, (_, macro: string) => macros[macro] ?? "")
          .replace("/etc/nagios/tocsin.header", headerFile)
          .replace("/usr/bin/curl", "curl");
        const answer = execFileSync("sh", ["-c", line], { encoding: "utf8" });
        expect(JSON.parse(answer)).toMatchObject({ status: "accepted" });
      } finally {
        rmSync(directory, { recursive: true });
      }
      await expectAlert(page, "HTTP on web-1");
      expect(errors).toEqual([]);
    });
  });
}

/** Finds a provider in the catalog, connects it, and copies every block and value of its setup steps. */
async function connect({ service, browser }: Walk, name: string) {
  const email = `connects-${name.toLowerCase()}@example.com`;
  await createUser(service, email, `Connects ${name}`, true);
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await signIn(context, service, email);
  const errors = collectErrors(page);
  await page.getByRole("link", { name: "Integrations", exact: true }).click();
  await page.getByRole("link", { name: "Connect a source" }).click();
  await page.getByLabel("Search the catalog").fill(name);
  await page.getByRole("heading", { name: "Most used" }).waitFor({ state: "hidden" });
  await page.locator("#catalog a:visible").first().click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("heading", { name: `Setup in ${name}` }).waitFor();

  const [url = "", secret = ""] = await page.locator(".facts .copyable code").allTextContents();
  const { body } = await api<{ data: Provider[] }>(service, "GET", "/v1/providers");
  const provider = body.data.find((one) => one.name === name);
  if (!provider) throw new Error(`No provider ${name}.`);
  const pasted = await copyAll(page);
  expect(pasted).toEqual(
    textsToPaste(provider.setup).map((text) => text.replaceAll("<INGEST_URL>", url).replaceAll("<SECRET>", secret)),
  );
  return { page, provider, pasted, errors };
}

/** Presses each copy button of the steps. @returns what the clipboard has after each */
async function copyAll(page: Page): Promise<string[]> {
  const copied: string[] = [];
  for (const place of await page.locator(".steps .copyable").all()) {
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await place.getByRole("button").click();
    const text = await page.waitForFunction(() => navigator.clipboard.readText());
    copied.push(await text.jsonValue());
    expect(await place.locator("pre, code").textContent()).toBe(copied.at(-1));
  }
  return copied;
}

/** Code blocks of a setup text, and code in sentences with the URL or the secret, in their order. */
const textsToPaste = (setup: string): string[] =>
  [...setup.matchAll(/^( *)```\w*\n([\s\S]*?)\n *```|`([^`\n]+)`/gm)].flatMap(([, indent = "", block, inline = ""]) =>
    block === undefined
      ? /<INGEST_URL>|<SECRET>/.test(inline)
        ? [inline]
        : []
      : [block.replaceAll(new RegExp(`^${indent}`, "gm"), "")],
  );

/** The page follows the first delivery up to its alert, without a reload. */
async function expectAlert(page: Page, title: string): Promise<void> {
  await page.getByText("Verified", { exact: true }).waitFor();
  await page.getByRole("link", { name: "view alert" }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}
