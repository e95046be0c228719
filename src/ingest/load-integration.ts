import { LRUCache } from "lru-cache";
import { openSecretBox } from "../lib/secret-box.ts";
import { SECOND } from "../lib/time.ts";
import { callObject } from "../objects/integration/client.ts";
import type { IntegrationConfig } from "../objects/integration/rpc.ts";
import { cloudwatch } from "../providers/cloudwatch.ts";
import { mappedProvider } from "../providers/custom.ts";
import { PROVIDERS } from "../providers/index.ts";
import type { LoadedIntegration } from "./delivery.ts";
import type { Provider } from "../providers/provider.ts";
import { overSns } from "../providers/sns.ts";
import { createVerifier } from "../verification/index.ts";
import type { VerificationSettings } from "../verification/settings.ts";

const MAX_AGE_MS = 10 * SECOND;
const MAX_INTEGRATIONS = 1000;
const REMEMBER_UNKNOWN_MS = SECOND;

/** Lives as long as the isolate. A delivery carries the config's version, so the object notices a stale one. */
const cache = new LRUCache<string, LoadedIntegration>({ max: MAX_INTEGRATIONS });

/** Until when an id is remembered as unknown, in Unix ms: the URL of a deleted integration may still be in use. */
const unknownUntil = new LRUCache<string, number>({ max: MAX_INTEGRATIONS });

/** Loads an integration from this isolate's memory or from its object; null: there is none. */
export async function loadIntegration(env: Env, id: string): Promise<LoadedIntegration | null> {
  const now = Date.now();
  const known = cache.get(id);
  const isFresh = known && now - known.loadedAt < MAX_AGE_MS && !isOverlapOver(known) && !awaitsTopic(known);
  if (isFresh) return known;
  if ((unknownUntil.get(id) ?? 0) > now) return null;
  const config = await callObject(env, id, (object) => object.config());
  const loaded = config && (await prepareIntegration(env, config));
  if (!loaded) unknownUntil.set(id, now + REMEMBER_UNKNOWN_MS);
  return loaded;
}

/** Removes an integration from this isolate's memory, so that it is loaded from its object again. */
export const forgetIntegration = (id: string): void => void cache.delete(id);

/**
 * Loads an integration by a config that one of its objects returned; null: it is deleted. Only the first object knows
 * the pinned SNS topic.
 */
export async function reloadIntegration(env: Env, config: IntegrationConfig): Promise<LoadedIntegration | null> {
  const first = config.shard ? await callObject(env, config.id, (object) => object.config()) : null;
  return prepareIntegration(env, first && first.version >= config.version ? first : config);
}

async function prepareIntegration(env: Env, config: IntegrationConfig): Promise<LoadedIntegration | null> {
  cache.delete(config.id);
  if (config.isDeleted) return null;
  const provider = providerOf(config);
  const now = Date.now();
  const secretBox = await openSecretBox(env.ENCRYPTION_KEYS);
  const valid = config.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const [current, previous] = await Promise.all(valid.map((secret) => secretBox.decrypt(secret, config.id)));
  if (current === undefined) throw new Error(`integration ${config.id} has no secret`);
  const verify = await createVerifier(withTopic(config), { current, ...(previous !== undefined && { previous }) });

  const secrets = [current, ...(previous ? [previous] : [])];
  const loaded = { config, provider, verify, secrets, loadedAt: now };
  cache.set(config.id, loaded);
  return loaded;
}

function providerOf(config: IntegrationConfig): Provider {
  const known = PROVIDERS.get(config.provider);
  if (!known) throw new Error(`integration ${config.id} names the unknown provider ${config.provider}`);
  const provider = config.mapping ? mappedProvider(known, config.mapping) : known;
  // The provider `cloudwatch` reads the SNS envelope under every scheme.
  const isInEnvelope = config.verification.scheme === "sns" && known.id !== cloudwatch.id;
  return isInEnvelope ? overSns(provider) : provider;
}

/** The verification settings with the topic that the object pinned. */
const withTopic = ({ verification, pinnedTopic }: IntegrationConfig): VerificationSettings =>
  verification.scheme === "sns" && pinnedTopic !== undefined
    ? { topicArn: pinnedTopic, ...verification }
    : verification;

/** Another isolate may have confirmed the subscription in the meantime. */
function awaitsTopic({ config }: LoadedIntegration): boolean {
  const settings = withTopic(config);
  return settings.scheme === "sns" && settings.topicArn === undefined;
}

/** The overlap of a rotation must end on time, not with the cache entry. */
const isOverlapOver = ({ config, loadedAt }: LoadedIntegration): boolean =>
  config.secrets.some(({ expiresAt }) => expiresAt !== null && expiresAt > loadedAt && expiresAt <= Date.now());
