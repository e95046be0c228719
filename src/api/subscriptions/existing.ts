/** The subscription that a client has created before under its name. */
import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { findSubscriptionByExternalName } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagOf } from "../etag.ts";
import { assertSameContent } from "../external-name.ts";
import { type createdSubscriptionSchema, type newSubscriptionSchema, toSubscription } from "./schema.ts";
import { storedTarget } from "./target.ts";

type Settings = Omit<z.output<typeof newSubscriptionSchema>, "teamId" | "cursor">;

/**
 * Finds the subscription with the external name of a request, and sets its `ETag`.
 * @returns null: there is none, or the request gives no name
 * @throws Problem `conflict` when it has other settings
 */
export async function existingSubscription(
  c: Context<AppEnv>,
  teamId: string | null,
  settings: Settings,
): Promise<z.infer<typeof createdSubscriptionSchema> | null> {
  const { externalName } = settings;
  const row =
    externalName === undefined ? null : await findSubscriptionByExternalName(connect(c.env), teamId, externalName);
  if (!row) return null;
  const existing = { ...row, ...(await storedTarget(c, row)) };
  assertSameContent({ name: "subscription", path: "/v1/subscriptions" }, row.id, settings, existing);
  c.header("etag", etagOf(row.version));
  return { ...toSubscription(row), secret: null };
}
