import "reflect-metadata";
import { fc, test } from "@fast-check/vitest";
import { X509CertificateGenerator } from "@peculiar/x509";
import { describe, expect, it } from "vitest";
import { readCertificate } from "../../src/verification/sns-certificate.ts";
import { runs } from "../support/runs.ts";

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
