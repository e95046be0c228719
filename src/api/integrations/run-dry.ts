/** Runs deliveries through the pipeline without a record: for dry runs and previews of replays. */
import { run } from "../../ingest/pipeline.ts";
import type { Decided, LoadedIntegration } from "../../ingest/delivery.ts";
import type { Dependencies } from "../../ingest/dependencies.ts";
import { liveDependencies } from "../../ingest/live-dependencies.ts";
import { pathBehindIngestUrl } from "../../ingest/read-request.ts";
import type { Rejection } from "../../ingest/rejection.ts";
import { ingestUrlOf } from "../../lib/ingest-id.ts";
import { newId } from "../../lib/ids.ts";
import { Problem } from "../../lib/problem.ts";
import { mappedProvider } from "../../providers/custom.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { IncomingRequest } from "../../ingest/delivery.ts";
import type { Context } from "hono";
import type { AppEnv } from "../../lib/app-env.ts";
import type { Sample } from "./dry-run-sample.ts";

/**
 * An integration with another mapping.
 * @throws Problem `conflict` when its provider takes no mapping
 */
export function withMapping(saved: LoadedIntegration, mapping: Mapping | undefined): LoadedIntegration {
  if (!mapping) return saved;
  if (!["custom", "email"].includes(saved.config.provider)) {
    const detail = "Only an integration of the provider `custom` or `email` accepts a mapping. Remove `mapping`.";
    throw new Problem("conflict", detail);
  }
  return { ...saved, provider: mappedProvider(saved.provider, mapping) };
}

/** The request that brings a sample to an integration. @throws Problem `invalid-request` for invalid headers */
export function toRequest(
  c: Context<AppEnv>,
  { config }: LoadedIntegration,
  { bytes, headers, path }: Sample,
): IncomingRequest {
  const url = new URL(ingestUrlOf(config.id, c.req.url, c.env.INGEST_TAG_KEYS).href + path);
  return {
    id: newId(),
    url,
    path: pathBehindIngestUrl(url),
    headers: toHeaders(headers),
    body: { bytes, isTooLarge: false, announcedBytes: bytes.length },
    receivedAt: Date.now(),
    isLoop: false,
    replayOf: null,
  };
}

/**
 * Runs a delivery through all stages as if it were verified, and records nothing. A disabled integration still shows how it reads.
 * @param submit answers in place of the integration's object
 */
export const runDry = (
  c: Context<AppEnv>,
  request: IncomingRequest,
  integration: LoadedIntegration,
  submit: Dependencies["submit"],
): Promise<Decided | Rejection> =>
  run(
    request,
    { ...integration, config: { ...integration.config, isEnabled: true } },
    {
      ...liveDependencies(c.env, c.executionCtx),
      authenticate: () => Promise.resolve({ isVerified: true, secret: "current" }),
      // Nothing is recorded, and the token of a pasted body may be a word of it.
      secretsToMask: (delivery) => delivery.integration.secrets,
      isWithinRate: () => Promise.resolve(true),
      visitSubscribeUrl: () => Promise.resolve(true),
      pinSnsTopic: (_, topicArn) => Promise.resolve(topicArn),
      recordRejection: (rejection) => Promise.resolve(rejection),
      submit,
    },
  );

/** @throws Problem `invalid-request` for a value that a header cannot have */
function toHeaders(headers: Record<string, string>): Headers {
  try {
    return new Headers(headers);
  } catch {
    throw new Problem("invalid-request", "Invalid header value. Remove line breaks and other control characters.", {
      errors: [{ pointer: "/headers", detail: "invalid header value" }],
    });
  }
}
