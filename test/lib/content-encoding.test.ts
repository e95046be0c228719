import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/lib/bytes.ts";
import { inflate } from "../../src/lib/content-encoding.ts";

const MAX = 1024 * 1024;
const bytesOf = (buffer: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);
const TEXT = '{"title":"Disk almost full"}';

describe("inflate", () => {
  it.each([
    ["gzip", gzipSync(TEXT)],
    ["x-gzip", gzipSync(TEXT)],
    ["GZIP ", gzipSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["deflate", deflateRawSync(TEXT)],
    ["gzip, identity", gzipSync(TEXT)],
    ["identity,gzip", gzipSync(TEXT)],
    ["deflate, gzip", gzipSync(deflateSync(TEXT))],
    ["identity", Buffer.from(TEXT)],
    ["", Buffer.from(TEXT)],
  ])("undoes %j", (header, body) => {
    expect(inflate(bytesOf(body), header, MAX)).toEqual(utf8(TEXT));
  });

  it.each([
    ["br", brotliCompressSync(TEXT)],
    ["zstd", Buffer.from(TEXT)],
    ["utf-8", Buffer.from(TEXT)],
    ["gzip, br", Buffer.from(TEXT)],
    ["gzip, gzip, gzip, gzip", Buffer.from(TEXT)],
  ])("does not support %j", (header, body) => {
    expect(inflate(bytesOf(body), header, MAX)).toBe("unsupported");
  });

  it.each([
    ["plain text", "gzip", Buffer.from(TEXT)],
    ["nothing", "gzip", Buffer.alloc(0)],
    ["a part", "gzip", gzipSync(TEXT).subarray(0, -9)],
    ["plain text", "deflate", Buffer.from(TEXT)],
    ["one coding instead of two", "gzip, gzip", gzipSync(TEXT)],
  ])("reports %s as corrupt %s", (_, header, body) => {
    expect(inflate(bytesOf(body), header, MAX)).toBe("corrupt");
  });

  it("stops at the limit, also between two codings", () => {
    expect(inflate(bytesOf(gzipSync(new Uint8Array(MAX))), "gzip", MAX)).toHaveLength(MAX);
    expect(inflate(bytesOf(gzipSync(new Uint8Array(MAX + 1))), "gzip", MAX)).toBe("too-large");
    expect(inflate(bytesOf(deflateSync(new Uint8Array(50 * MAX))), "deflate", MAX)).toBe("too-large");
    expect(inflate(bytesOf(gzipSync(gzipSync(new Uint8Array(50 * MAX)))), "gzip, gzip", MAX)).toBe("too-large");
  });

  property.prop([fc.uint8Array(), fc.constantFrom("gzip", "deflate", "gzip, deflate")])(
    "returns bytes or a fault for any bytes",
    (bytes, header) => {
      const result = inflate(bytesOf(bytes), header, MAX);
      expect(typeof result === "string" ? ["corrupt", "too-large"].includes(result) : result.length <= MAX).toBe(true);
    },
  );
});
