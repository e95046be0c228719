import { describe, expect, it } from "vitest";
import { alertmanager } from "../../src/providers/alertmanager.ts";
import { PROVIDERS } from "../../src/providers/index.ts";
import { nagios } from "../../src/providers/nagios.ts";
import { pingdom } from "../../src/providers/pingdom.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { fillSetup, SETUP_PLACEHOLDERS } from "../../src/providers/setup.ts";
import { vercel } from "../../src/providers/vercel.ts";
import { DEFAULT_HMAC } from "../../src/verification/settings.ts";

const providers = [...PROVIDERS.values()];

/** The fenced code of setup steps. */
const codeOf = ({ setup }: Provider): string[] =>
  [...setup.matchAll(/^ *```[^\n]*\n([^]*?)\n *```$/gm)].map((match) => match[1] ?? "");

/** The calls of curl in it, each in one line. */
const curlsOf = (provider: Provider): string[] =>
  codeOf(provider)
    .flatMap((code) =>
      code
        .replaceAll(/\\\n\s*/g, " ")
        .replaceAll(/command = \[[^]*?\n {2,5}\]/g, joined)
        .split("\n"),
    )
    .filter((line) => /\bcurl"? /.test(line.replaceAll(/[",]/g, " ")) && !/^\s*#/.test(line));

/** The array of a command in Icinga's configuration, as one line. */
const joined = (array: string): string => array.replaceAll(/[\n",]+/g, " ").replaceAll(/ +/g, " ");

describe.each(providers)("the setup steps of $id", (provider) => {
  it("use known placeholders only", () => {
    const placeholders = provider.setup.match(/<[A-Z][A-Z_]+>/g) ?? [];
    expect(placeholders.filter((placeholder) => !SETUP_PLACEHOLDERS.includes(placeholder))).toEqual([]);
    expect(placeholders).toContain("<INGEST_URL>");
  });

  it("call a curl that fails on errors and tries again, without the secret on its command line", () => {
    for (const curl of curlsOf(provider)) {
      expect(curl).toMatch(/ -sS /);
      expect(curl).toMatch(/ --fail-with-body /);
      expect(curl).toMatch(/ --retry \d+ /);
      expect(curl).toMatch(/ --retry-all-errors /);
      expect(curl).toMatch(/ -m \d+ /);
      expect(curl).not.toContain("<SECRET>");
    }
  });

  it("keep the secret off every other command line", () => {
    const scripts = [...provider.setup.matchAll(/^ *```(?:sh|bash)\n([^]*?)\n *```$/gm)].map((match) => match[1] ?? "");
    for (const script of scripts) {
      expect(script.replaceAll(/<<'END'\n[^]*?\n\s*END$/gm, "")).not.toContain("<SECRET>");
    }
    for (const [code] of provider.setup.matchAll(/`[^`\n]+`/g)) {
      if (code.includes("<SECRET>")) expect(code).not.toMatch(/\b(?:curl|printf|echo|openssl)\b| --?\w+[= ]<SECRET>/);
    }
  });
});

describe("fillSetup", () => {
  const ingestUrl = "https://tocsin.example.com/in/abc";
  const token = { scheme: "token" } as const;

  it("fills in the URL, its parts and the secret", () => {
    const setup = fillSetup(alertmanager, { id: "i1", ingestUrl, verification: token, secret: "s3cret$&" });
    expect(setup).toContain("url: https://tocsin.example.com/in/abc\n");
    expect(setup).toContain("scheme: https\n      path_prefix: /in/abc\n");
    expect(setup).toContain('targets: ["tocsin.example.com"]');
    expect(setup).toContain("credentials: s3cret$&\n");
    expect(setup).not.toMatch(/<[A-Z_]+>/);
  });

  it("names the integration whose secret the source generates", () => {
    const setup = fillSetup(vercel, { id: "i1", ingestUrl, verification: vercel.verification, secret: null });
    expect(setup).toContain("`tocsin integrations rotate i1 --secret-file -`");
  });

  it("keeps the placeholder of an unknown secret", () => {
    expect(fillSetup(nagios, { id: "i1", ingestUrl, verification: token, secret: null })).toContain(
      "X-Tocsin-Token: <SECRET>",
    );
  });

  it.each([
    [nagios, { ...token, in: "header", name: "x-key" } as const, "x-key: <SECRET>"],
    [pingdom, { ...token, in: "query", name: "key" } as const, "https://tocsin.example.com/in/abc?key=<SECRET>"],
  ])("puts the token where the integration looks for it: %#", (provider, verification, expected) => {
    const setup = fillSetup(provider, { id: "i1", ingestUrl, verification, secret: null });
    expect(setup).toContain(expected);
    expect(setup).not.toContain("Verification of this integration");
  });

  it.each([
    [nagios, DEFAULT_HMAC, "HMAC-SHA256 in `x-webhook-signature`"],
    [pingdom, { ...token, in: "bearer" } as const, "token in bearer"],
  ])("says that the steps are for another verification: %#", (provider, verification, expected) => {
    const setup = fillSetup(provider, { id: "i1", ingestUrl, verification, secret: null });
    expect(setup).toMatch(/^\*\*Verification of this integration: /);
    expect(setup).toContain(expected);
  });
});
