import "reflect-metadata";
import { fc, test } from "@fast-check/vitest";
import { X509CertificateGenerator } from "@peculiar/x509";
import { afterEach, describe, expect, it, vi } from "vitest";
import { certificateKey, readCertificate } from "../../src/verification/sns-certificate.ts";
import { runs } from "../support/runs.ts";
import { makeTopic, standInForAmazon } from "../support/sns.ts";

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const keys = (await crypto.subtle.generateKey(RSA, true, ["sign", "verify"])) as CryptoKeyPair;

const makeCertificate = async (notBefore: Date, notAfter: Date) => {
  const name = "CN=sns.amazonaws.com";
  const settings = { keys, name, serialNumber: "01", notBefore, notAfter, signingAlgorithm: RSA };
  return (await X509CertificateGenerator.createSelfSigned(settings)).toString("pem");
};

const seconds = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

describe("readCertificate", () => {
  // Until 2049 a date is a UTCTime, from 2050 on a GeneralizedTime.
  test.prop([seconds("1951-01-01", "2100-01-01"), seconds("1951-01-01", "2100-01-01")], { numRuns: runs(200) })(
    "reads the dates and the public key of certificates from another library",
    async (notBefore, notAfter) => {
      const certificate = readCertificate(await makeCertificate(notBefore, notAfter));
      expect([certificate?.notBefore, certificate?.notAfter]).toEqual([notBefore.getTime(), notAfter.getTime()]);
      const spki = new Uint8Array((await crypto.subtle.exportKey("spki", keys.publicKey)) as ArrayBuffer);
      expect(certificate?.publicKey).toEqual(spki);
    },
  );

  it("rejects a text that is too long", async () => {
    expect(readCertificate("x".repeat(20_000))).toBeNull();
  });

  it.each(["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])("throws for %j", (pem) => {
    expect(() => readCertificate(pem)).toThrow();
  });
});

describe("certificateKey", () => {
  const DAY = 86_400_000;
  // Each test has minutes of its own, because the fetches of a minute are limited.
  let minute = Date.UTC(2030, 0, 1);
  let amazon: ReturnType<typeof standInForAmazon>;

  afterEach(() => {
    amazon.leave();
    vi.useRealTimers();
  });

  const at = (now: number) => vi.useFakeTimers({ toFake: ["Date"], now });
  const nextMinutes = () => at((minute += 10 * 60_000));
  const madeUp = (number: number) =>
    `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${minute}${number}.pem`;

  it("keeps a certificate while any number of made-up URLs cannot be fetched", async () => {
    const topic = await makeTopic();
    amazon = standInForAmazon((url) =>
      url.href === topic.certificateUrl ? new Response(topic.certificate) : undefined,
    );
    nextMinutes();
    expect(await certificateKey(topic.certificateUrl, "SHA-256", minute)).toBeInstanceOf(CryptoKey);
    for (let number = 0; number < 1100; number++) {
      if (number % 100 === 0) at((minute += 60_000));
      expect(await certificateKey(madeUp(number), "SHA-256", minute)).toBe("unavailable");
    }
    const { length } = amazon.calls;
    expect(await certificateKey(topic.certificateUrl, "SHA-256", minute)).toBeInstanceOf(CryptoKey);
    expect(amazon.calls).toHaveLength(length);
    await certificateKey(topic.certificateUrl, "SHA-256", minute + DAY);
    expect(amazon.calls).toHaveLength(length + 1);
  });

  it("does not repeat a failed fetch within a minute", async () => {
    amazon = standInForAmazon(() => new Response("no PEM"));
    nextMinutes();
    for (const later of [0, 59_000, 60_000])
      expect(await certificateKey(madeUp(0), "SHA-1", minute + later)).toBe("unavailable");
    expect(amazon.calls).toHaveLength(2);
  });

  it("fetches at most 120 URLs a minute", async () => {
    amazon = standInForAmazon(() => undefined);
    nextMinutes();
    for (let number = 0; number < 150; number++) await certificateKey(madeUp(number), "SHA-1", minute);
    expect(amazon.calls).toHaveLength(120);
  });

  it("reads no more than a certificate may have", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024).fill(0x20));
      },
    });
    amazon = standInForAmazon(() => new Response(endless));
    nextMinutes();
    expect(await certificateKey(madeUp(0), "SHA-1", minute)).toBe("unavailable");
    expect(sent).toBeLessThan(32_768);
  });
});
