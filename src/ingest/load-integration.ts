/** The integrations that this isolate knows, and how they are made ready for deliveries. */
import { LRUCache } from "lru-cache";
import { openSecretBox } from "../lib/secret-box.ts";
import { SECOND } from "../lib/time.ts";
import { callObject } from "../objects/integration/client.ts";
import type { IntegrationConfig } from "../objects/integration/rpc.ts";
import { cloudwatch } from "../providers/cloudwatch.ts";
import { mappedProvider } from "../providers/custom.ts";
import { email, ruledProvider } from "../providers/email.ts";
import { PROVIDERS } from "../providers/index.ts";
import type { LoadedIntegration } from "./delivery.ts";
import type { Provider } from "../providers/provider.ts";
import { overSns } from "../providers/sns.ts";
import { createVerifier } from "../verification/index.ts";
import type { VerificationSettings } from "../verification/settings.ts";

const MAX_INTEGRATIONS = 1000;

/** With a config that the object confirmed this recently, a rejection is final. */
const FRESH_MS = SECOND;

/** What this isolate knows about an id. */
interface Known {
  /** Null: there is no such integration, or it is deleted. */
  config: IntegrationConfig | null;
  /** When the object confirmed it, in Unix ms. */
  confirmedAt: number;
  /** Made with the first delivery that needs it. */
  loaded?: LoadedIntegration;
}

/**
 * Lives as long as the isolate. The isolate accepts deliveries with a config of any age: each carries the version, so the object
 * notices an old config. A rejection needs a fresh config.
 */
const known = new LRUCache<string, Known>({ max: MAX_INTEGRATIONS });

/** Remembers the config that an object returned, unless a newer one is known: replies overtake each other. Null: it has none. */
export function rememberConfig(id: string, config: IntegrationConfig | null): void {
  const entry = known.get(id);
  if (config && entry?.config && config.version < entry.config.version) return;
  const loaded = entry?.loaded;
  const confirmedAt = Date.now();
  known.set(id, {
    config: config?.isDeleted ? null : config,
    confirmedAt,
    ...(loaded && config && isMadeOf(loaded, config) && { loaded: { ...loaded, confirmedAt } }),
  });
}

/** Removes an integration from this isolate's memory. */
export const forgetIntegration = (id: string): void => void known.delete(id);

/** Whether this isolate remembers anything about an id, fresh or not. */
export const isRemembered = (id: string): boolean => known.has(id);

/** Whether the object confirmed the config of an integration so recently that a rejection is final. */
export const isFresh = ({ confirmedAt }: Pick<Known, "confirmedAt">): boolean => Date.now() - confirmedAt <= FRESH_MS;

/**
 * The integration that this isolate knows; null: it knows that there is none. Undefined: only the object knows, also
 * while the integration waits for its SNS topic, which another isolate may have confirmed.
 */
export async function knownIntegration(env: Env, id: string): Promise<LoadedIntegration | null | undefined> {
  const entry = known.get(id);
  if (!entry) return undefined;
  const { config, loaded, confirmedAt } = entry;
  if (config === null) return isFresh(entry) ? null : undefined;
  if (awaitsTopic(config)) return undefined;
  if (loaded && isMadeOf(loaded, config)) return loaded;
  entry.loaded = await prepare(env, config, confirmedAt);
  return entry.loaded;
}

/** An integration from this isolate's memory, or from its object; null: there is none. */
export async function loadIntegration(env: Env, id: string): Promise<LoadedIntegration | null> {
  const integration = await knownIntegration(env, id);
  if (integration !== undefined) return integration;
  const config = await callObject(env, id, (object) => object.config());
  if (config) return reloadIntegration(env, config);
  rememberConfig(id, null);
  return null;
}

/**
 * Loads an integration by a config that one of its objects returned; null: it is deleted. Only the first object knows
 * the pinned SNS topic.
 */
export async function reloadIntegration(env: Env, config: IntegrationConfig): Promise<LoadedIntegration | null> {
  const first = config.shard ? await callObject(env, config.id, (object) => object.config()) : null;
  return loadConfig(env, first && first.version >= config.version ? first : config);
}

/** Loads an integration by the config of its first object; null: it is deleted. */
export async function loadConfig(env: Env, config: IntegrationConfig): Promise<LoadedIntegration | null> {
  rememberConfig(config.id, config);
  if (config.isDeleted) return null;
  const entry = known.get(config.id);
  if (entry?.config?.version !== config.version) return prepare(env, config, Date.now());
  entry.loaded ??= await prepare(env, config, Date.now());
  return entry.loaded;
}

async function prepare(env: Env, config: IntegrationConfig, confirmedAt: number): Promise<LoadedIntegration> {
  const provider = providerOf(config);
  const now = Date.now();
  const secretBox = await openSecretBox(env.ENCRYPTION_KEYS);
  const valid = config.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const [current, previous] = await Promise.all(valid.map((secret) => secretBox.decrypt(secret, config.id)));
  if (current === undefined) throw new Error(`integration ${config.id} has no secret`);
  const verify = await createVerifier(withTopic(config), { current, ...(previous !== undefined && { previous }) });
  const secrets = [current, ...(previous ? [previous] : [])];
  return { config, provider, verify, secrets, loadedAt: now, confirmedAt };
}

/** Whether an integration was made of this config, and its secrets are still valid: the overlap of a rotation ends on time. */
const isMadeOf = ({ config, loadedAt }: LoadedIntegration, { version, pinnedTopic }: IntegrationConfig): boolean =>
  config.version === version &&
  config.pinnedTopic === pinnedTopic &&
  !config.secrets.some(({ expiresAt }) => expiresAt !== null && expiresAt > loadedAt && expiresAt <= Date.now());

function providerOf(config: IntegrationConfig): Provider {
  const builtIn = PROVIDERS.get(config.provider);
  if (!builtIn) throw new Error(`integration ${config.id} names the unknown provider ${config.provider}`);
  const provider = readerOf(builtIn, config);
  // The provider `cloudwatch` reads the SNS envelope under every scheme.
  const isInEnvelope = config.verification.scheme === "sns" && builtIn.id !== cloudwatch.id;
  return isInEnvelope ? overSns(provider) : provider;
}

/** The provider with the mapping or the rules of the integration. */
function readerOf(builtIn: Provider, { mapping, emailRules = [] }: IntegrationConfig): Provider {
  if (mapping) return mappedProvider(builtIn, mapping);
  return builtIn.id === email.id && emailRules.length > 0 ? ruledProvider(builtIn, emailRules) : builtIn;
}

/** The verification settings with the topic that the object pinned. */
const withTopic = ({ verification, pinnedTopic }: IntegrationConfig): VerificationSettings =>
  verification.scheme === "sns" && pinnedTopic !== undefined
    ? { topicArn: pinnedTopic, ...verification }
    : verification;

/** Another isolate may have confirmed the subscription in the meantime. */
function awaitsTopic(config: IntegrationConfig): boolean {
  const settings = withTopic(config);
  return settings.scheme === "sns" && settings.topicArn === undefined;
}
