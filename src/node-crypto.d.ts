/**
 * The parts of node:crypto that the Worker uses; the types of Workers do not have them.
 * https://developers.cloudflare.com/workers/runtime-apis/nodejs/crypto/
 */
declare module "node:crypto" {
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
  export class X509Certificate {
    constructor(pem: string);
    /** Dates as OpenSSL prints them, such as `Jan  1 00:00:00 2026 GMT`. */
    readonly validFrom: string;
    readonly validTo: string;
    readonly publicKey: { export(options: { type: "spki"; format: "der" }): Uint8Array<ArrayBuffer> };
  }
}
