import { expect, it } from "vitest";
import { github } from "../../src/providers/github.ts";
import { createVerifier } from "../../src/verification/index.ts";

const body = new TextEncoder().encode("Hello, World!") as Uint8Array<ArrayBuffer>;
const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

const isVerified = async (header: string, bytes: Uint8Array<ArrayBuffer>) => {
  const verify = await createVerifier(github.verification, { current: "It's a Secret to Everybody" });
  const headers = new Headers({ "x-hub-signature-256": header });
  return (await verify({ headers, url: new URL("https://t.test/in/x"), body: bytes }, 0)).isVerified;
};

// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
it("GitHub's published example is verified, and no changed byte of it", async () => {
  expect(await isVerified(signature, body)).toBe(true);
  for (const [at] of body.entries()) {
    expect(await isVerified(signature, body.with(at, (body[at] ?? 0) ^ 1))).toBe(false);
  }
  for (let at = "sha256=".length; at < signature.length; at++) {
    const changed = signature[at] === "0" ? "1" : "0";
    expect(await isVerified(signature.slice(0, at) + changed + signature.slice(at + 1), body)).toBe(false);
  }
});
