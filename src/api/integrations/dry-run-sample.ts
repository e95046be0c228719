/** The delivery of a dry run: given in the request, or one that is stored. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyOf, findLatestReplayable, findReplayable, pathOf, type Replayable } from "../../db/replayable.ts";
import { MAX_BODY_BYTES } from "../../ingest/read-body.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { fromBase64, utf8 } from "../../lib/bytes.ts";
import { includes, visibleTeamsOf } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { database } from "../request-scope.ts";
import { noSuch } from "../require-scope.ts";

const LATEST = "latest";

const DELIVERY_ID = new RegExp(`^(${LATEST}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$`);

/** The fields of a request that name the delivery. */
export const sampleFields = {
  body: z
    .string()
    .optional()
    .openapi({ description: "Body of the delivery", example: '{"title":"Disk almost full on db-1"}' }),
  bodyEncoding: z.enum(["text", "base64"]).default("text").openapi({
    description: "How `body` is written: as text, which is sent as UTF-8, or as base64 of any bytes",
  }),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/), z.string().max(8192))
    .refine((headers) => Object.keys(headers).length <= 100, "at most 100 headers")
    .default({})
    .openapi({ description: "Headers of the delivery", example: { "content-type": "application/json" } }),
  path: z
    .string()
    .max(1024)
    .regex(/^(\/.*)?$/)
    .default("")
    .openapi({ description: "Path and query after the ingest URL" }),
  deliveryId: z
    .string()
    .regex(DELIVERY_ID, `expected the id of a delivery, or ${LATEST}`)
    .optional()
    .openapi({
      description: `Instead of \`body\`, \`headers\` and \`path\`: a stored delivery of this integration, or \`${LATEST}\` for the last one that was verified and has a complete body, duplicates apart. Needs the scope \`deliveries:read\``,
    }),
};

type Given = z.infer<z.ZodObject<typeof sampleFields>>;

export interface Sample {
  /** The id of a stored delivery; null: it is given. */
  deliveryId: string | null;
  bytes: Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
  path: string;
}

/** @throws Problem when the delivery does not exist, is not visible or not complete, or the body cannot be read */
export const loadSample = async (c: Context<AppEnv>, integrationId: string, given: Given): Promise<Sample> =>
  given.deliveryId === undefined ? readGiven(given) : loadStored(c, integrationId, given.deliveryId);

function readGiven({ body = "", bodyEncoding, headers, path }: Given): Sample {
  const bytes = bodyEncoding === "base64" ? fromBase64(body) : utf8(body);
  if (bytes === null) {
    throw new Problem("invalid-request", "`body` is not base64. Encode it, or omit `bodyEncoding`.", {
      errors: [{ pointer: "/body", detail: "not base64" }],
    });
  }
  if (bytes.length > MAX_BODY_BYTES) throw new Problem("too-large", "`body` exceeds 1 MiB. Send a smaller one.");
  return { deliveryId: null, bytes, headers, path };
}

async function loadStored(c: Context<AppEnv>, integrationId: string, id: string): Promise<Sample> {
  const db = database(c);
  const row = await (id === LATEST ? findLatestReplayable(db, integrationId) : findReplayable(db, id));
  const visibleTeams = visibleTeamsOf(c.get("principal"), "deliveries:read");
  if (!row || row.integrationId !== integrationId || !includes(visibleTeams, row)) throw noSuch("delivery");
  if (row.isBodyCut) {
    throw new Problem("conflict", "The body of this delivery is not stored in full. Choose another delivery.");
  }
  return toSample(row);
}

/** A stored delivery as a request. */
export const toSample = (row: Replayable): Sample => ({
  deliveryId: row.id,
  bytes: bodyOf(row),
  headers: row.headers as Record<string, string>,
  path: pathOf(row),
});
