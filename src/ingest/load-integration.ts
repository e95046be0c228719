import { callObject } from "../objects/integration/client.ts";
import type { IntegrationConfig } from "../objects/integration/rpc.ts";
import { openSecretBox } from "../lib/secret-box.ts";
import { spellings } from "../lib/sensitive.ts";
import { SECOND } from "../lib/time.ts";
import type { Provider } from "../providers/provider.ts";
import { PROVIDERS } from "../providers/index.ts";
import { cloudwatch } from "../providers/cloudwatch.ts";
import { mappedProvider } from "../providers/custom.ts";
import { overSns } from "../providers/sns.ts";
import { createVerifier } from "../verification/index.ts";
import type { VerificationSettings } from "../verification/settings.ts";
import type { Verifier } from "../verification/verifier.ts";

/** An integration made ready for its deliveries: keys imported, provider found. */
export interface ReadyIntegration {
  config: IntegrationConfig;
  provider: Provider;
  verify: Verifier;
  /** In the clear and in all their spellings, for redaction alone. */
  secrets: string[];
  /** When it was learned, in Unix ms. */
  learnedAt: number;
}

const MAX_AGE_MS = 10 * SECOND;
const MAX_ENTRIES = 1000;

/** Lives as long as the isolate. What is stale in it is found out at `accept`, which carries the config's version. */
const cache = new Map<string, ReadyIntegration>();

/** The integration, from this isolate's memory or from its object; null: there is none. */
export async function readyIntegration(env: Env, id: string): Promise<ReadyIntegration | null> {
  const known = cache.get(id);
  if (known && Date.now() - known.learnedAt < MAX_AGE_MS && !isOverlapOver(known) && !awaitsTopic(known)) return known;
  const config = await callObject(env, id, (object) => object.config());
  return config && !config.isDeleted ? learn(env, config) : null;
}

/** Whether this isolate knows the integration, if perhaps not its present config. */
export const isKnown = (id: string): boolean => cache.has(id);

/** Takes a newer config that the object told us of; null: the integration is gone. */
export async function learn(env: Env, config: IntegrationConfig): Promise<ReadyIntegration | null> {
  cache.delete(config.id);
  if (config.isDeleted) return null;
  const known = PROVIDERS.get(config.provider);
  if (!known) throw new Error(`integration ${config.id} names the unknown provider ${config.provider}`);
  const reader = config.mapping ? mappedProvider(known, config.mapping) : known;
  // CloudWatch's own provider knows the envelope, also without the scheme.
  const isCarried = config.verification.scheme === "sns" && known.id !== cloudwatch.id;
  const provider = isCarried ? overSns(reader) : reader;

  const now = Date.now();
  const secretBox = await openSecretBox(env.ENCRYPTION_KEYS);
  const good = config.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const [current, previous] = await Promise.all(good.map((secret) => secretBox.decrypt(secret, config.id)));
  if (current === undefined) throw new Error(`integration ${config.id} has no secret`);
  const verify = await createVerifier(withTopic(config), { current, ...(previous !== undefined && { previous }) });

  const secrets = [current, ...(previous ? [previous] : [])].flatMap(spellings);
  const ready = { config, provider, verify, secrets, learnedAt: now };
  // A Map keeps the order of insertion: the first is the one learned longest ago.
  if (cache.size >= MAX_ENTRIES) for (const oldest of cache.keys()) if (cache.delete(oldest)) break;
  cache.set(config.id, ready);
  return ready;
}

/** Forgets an integration, so that what its object knows is asked for anew. */
export const forget = (id: string): void => void cache.delete(id);

/** The verification settings with the topic that the object found. */
const withTopic = ({ verification, pinnedTopic }: IntegrationConfig): VerificationSettings =>
  verification.scheme === "sns" && pinnedTopic !== undefined
    ? { topicArn: pinnedTopic, ...verification }
    : verification;

/** Another isolate may have confirmed the subscription meanwhile. */
function awaitsTopic({ config }: ReadyIntegration): boolean {
  const settings = withTopic(config);
  return settings.scheme === "sns" && settings.topicArn === undefined;
}

/** A rotation's overlap must end on time, not when the cache forgets. */
const isOverlapOver = ({ config, learnedAt }: ReadyIntegration): boolean =>
  config.secrets.some(({ expiresAt }) => expiresAt !== null && expiresAt > learnedAt && expiresAt <= Date.now());
