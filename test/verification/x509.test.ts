import "reflect-metadata";
import { fc, test } from "@fast-check/vitest";
import { X509CertificateGenerator } from "@peculiar/x509";
import { describe, expect, it } from "vitest";
import { readCertificate } from "../../src/verification/x509.ts";

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const keys = (await crypto.subtle.generateKey(RSA, true, ["sign", "verify"])) as CryptoKeyPair;

const make = async (notBefore: Date, notAfter: Date, serialNumber = "01", name = "CN=sns.amazonaws.com") => {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    keys,
    name,
    serialNumber,
    notBefore,
    notAfter,
    signingAlgorithm: RSA,
  });
  return new Uint8Array(certificate.rawData);
};
const seconds = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

describe("a certificate", () => {
  // Before 2050 a time is a UTCTime, from then on a GeneralizedTime.
  test.prop(
    [
      seconds("1951-01-01", "2100-01-01"),
      seconds("1951-01-01", "2100-01-01"),
      fc.string({ minLength: 1, maxLength: 200, unit: fc.constantFrom("a", "é", "0") }),
    ],
    { numRuns: 20 },
  )("says its times and its key, as the library that made it wrote them", async (notBefore, notAfter, common) => {
    const read = readCertificate(await make(notBefore, notAfter, "7fffffffffffffff01", `CN=${common}`));
    expect(new Date(read.notBefore)).toEqual(notBefore);
    expect(new Date(read.notAfter)).toEqual(notAfter);
    expect(read.publicKey).toEqual(
      new Uint8Array((await crypto.subtle.exportKey("spki", keys.publicKey)) as ArrayBuffer),
    );
  });

  it("that is cut anywhere is none", async () => {
    const der = await make(new Date("2026-01-01"), new Date("2027-01-01"));
    for (let length = 0; length < der.length; length++) {
      expect(() => readCertificate(der.slice(0, length)), `cut after ${length} bytes`).toThrow(RangeError);
    }
  });

  test.prop([fc.uint8Array({ maxLength: 400 })])("is never made of other bytes", (bytes) => {
    expect(() => readCertificate(new Uint8Array(bytes))).toThrow(RangeError);
  });

  test.prop([fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 300 })(
    "with a byte changed is read or refused, and nothing else",
    async (at, change) => {
      const der = await make(new Date("2026-01-01"), new Date("2027-01-01"));
      const where = at % der.length;
      der[where] = der[where]! ^ change;
      try {
        readCertificate(der);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    },
  );
});
