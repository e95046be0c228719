/**
 * The parts of node:buffer that the Worker uses; the types of Workers do not have them.
 * https://developers.cloudflare.com/workers/runtime-apis/nodejs/buffer/
 */
declare module "node:buffer" {
  export const Buffer: {
    from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: "base64"): string };
    /** The number of UTF-8 bytes of a text. */
    byteLength(text: string): number;
  };
}
