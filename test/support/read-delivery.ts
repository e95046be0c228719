/** Reads deliveries as the pipeline does, without storage and network. */
import { findDedupKey } from "../../src/ingest/dedup-key.ts";
import { checkEncoding } from "../../src/ingest/check-encoding.ts";
import type { Received, Submittable, Verified } from "../../src/ingest/delivery.ts";
import { utf8 } from "../../src/lib/bytes.ts";
import { normalize } from "../../src/ingest/normalize.ts";
import { parse } from "../../src/ingest/parse.ts";
import { Stages, type Stop } from "../../src/ingest/stages.ts";
import { mappedProvider } from "../../src/providers/custom.ts";
import type { Mapping } from "../../src/providers/mapping.ts";
import type { Provider } from "../../src/providers/provider.ts";

/** The stages of the pipeline that read a delivery. */
const READING = Stages.of<Verified, object>().add(checkEncoding).add(parse).add(normalize).add(findDedupKey);

/** A body, by default with the headers and path of the provider's sample. */
export interface Given {
  body: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  path?: string;
  /** Of the `custom` provider. */
  mapping?: Mapping;
}

/** Reads a verified delivery for an integration with default settings. */
export function readDelivery(
  provider: Provider,
  { body, headers, path, mapping = { language: "jsonata", title: "title" } }: Given,
): Promise<Submittable | Stop> {
  const bytes = typeof body === "string" ? utf8(body) : body;
  const integration = {
    provider: provider.id === "custom" ? mappedProvider(provider, mapping) : provider,
    config: { idempotencyHeader: null, ignore: [] as string[], verification: provider.verification },
  } as Received["integration"];
  return READING.run(
    {
      id: "01990000-0000-7000-8000-000000000000",
      url: new URL("https://t.test/in/x"),
      path: path ?? provider.sample.path ?? "",
      headers: new Headers({ "content-type": "application/json", ...provider.sample.headers, ...headers }),
      body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
      receivedAt: Date.parse("2026-09-21T14:15:00Z"),
      isLoop: false,
      replayOf: null,
      integration,
      verification: { isVerified: true, secret: "current" },
    },
    {},
  );
}
