import { describe, expect, it } from "vitest";
import { identityProviders } from "../../../src/api/session/identity-providers.ts";

const read = (OIDC_PROVIDERS: string) => identityProviders({ OIDC_PROVIDERS } as Env);

describe("identityProviders", () => {
  const provider = { id: "okta", issuer: "https://x.test", clientId: "c", clientSecret: "hunter2-hunter2" };

  it.each([
    ["invalid JSON", "{hunter2-hunter2"],
    ["an object in place of the list", JSON.stringify(provider)],
    ["an unknown field", JSON.stringify([{ ...provider, clientSecrt: "hunter2-hunter2" }])],
    ["a missing issuer", JSON.stringify([{ ...provider, issuer: undefined }])],
    ["an issuer without TLS", JSON.stringify([{ ...provider, issuer: "http://x.test" }])],
    ["two providers with the same id", JSON.stringify([provider, provider])],
  ])("reports %s without quoting a secret", (_what, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ type: "unavailable" }));
    expect(() => read(text)).toThrow(/OIDC_PROVIDERS/);
    expect(() => read(text)).not.toThrow(/hunter2/);
  });
});
