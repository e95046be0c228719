/**
 * The little of an X.509 certificate (RFC 5280 §4.1) that a signature is checked with. A library that reads all of ASN.1 would
 * be a sixteenth of the bundle, for two fields.
 */
export interface Certificate {
  /** Unix ms, both included. */
  notBefore: number;
  notAfter: number;
  /** DER of SubjectPublicKeyInfo, as `importKey("spki", …)` takes it. */
  publicKey: Uint8Array<ArrayBuffer>;
}

const INTEGER = 0x02;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const VERSION = 0xa0;

/** A value of DER (X.690): its tag, its content, and all of it with the header. */
interface Value {
  tag: number;
  content: Uint8Array<ArrayBuffer>;
  whole: Uint8Array<ArrayBuffer>;
}

/** Reads a certificate. Its signature is not checked. @throws RangeError when the bytes are no DER certificate */
export function readCertificate(der: Uint8Array<ArrayBuffer>): Certificate {
  const [certificate] = readValues(der);
  const [toBeSigned] = readValues(expect(certificate, SEQUENCE).content);
  const fields = readValues(expect(toBeSigned, SEQUENCE).content);
  if (fields[0]?.tag === VERSION) fields.shift();
  const [serialNumber, signature, issuer, validity, subject, publicKey] = fields;
  expect(serialNumber, INTEGER);
  for (const field of [signature, issuer, subject]) expect(field, SEQUENCE);
  const [notBefore, notAfter] = readValues(expect(validity, SEQUENCE).content);
  return {
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    publicKey: expect(publicKey, SEQUENCE).whole,
  };
}

function expect(value: Value | undefined, tag: number): Value {
  if (value?.tag !== tag) throw new RangeError(`no value with tag ${tag} where a certificate has one`);
  return value;
}

function readValues(bytes: Uint8Array<ArrayBuffer>): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start, end } = readLength(bytes, at + 1);
    values.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end), whole: bytes.slice(at, end) });
    at = end;
  }
  return values;
}

/** Where the content of a value begins and ends whose length stands at `at` (X.690 §8.1.3, definite forms). */
function readLength(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at] ?? 0x80;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || more > 3) throw new RangeError("a length that DER does not have");
  let length = first < 0x80 ? first : 0;
  for (let i = 1; i <= more; i++) length = length * 256 + (bytes[at + i] ?? 0);
  const start = at + 1 + more;
  if (start + length > bytes.length) throw new RangeError("a value that ends after its bytes");
  return { start, end: start + length };
}

/** Unix ms of a Time, which in a certificate ends in seconds and `Z` (RFC 5280 §4.1.2.5); two-digit years are 1950 to 2049. */
function readTime(value: Value | undefined): number {
  const text = new TextDecoder().decode(value?.content);
  const digits = value?.tag === UTC_TIME ? `${text < "50" ? "20" : "19"}${text}` : text;
  const iso = digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const time = Date.parse(iso);
  if (iso === digits || Number.isNaN(time) || (value?.tag !== UTC_TIME && value?.tag !== GENERALIZED_TIME)) {
    throw new RangeError("a time of no kind");
  }
  return time;
}
