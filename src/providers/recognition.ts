/**
 * Recognizes the source of a body by the marks of the providers. It only suggests: an integration reads what reaches it as it is
 * configured, whatever providers there are.
 */
import { isObject } from "../lib/json.ts";
import { PROVIDERS } from "./index.ts";
import type { Provider, ProviderInput } from "./provider.ts";
import { openEnvelope } from "./sns.ts";

/** No source sends more fields at the top of a body. Every provider looks at them: this bounds the cost. */
const MAX_FIELDS = 1000;

/** The provider of the source that sends such a body; null: no provider has marks for it, or several fit it equally well. */
export function recognize(input: ProviderInput): Provider | null {
  if (isObject(input.body) && Object.keys(input.body).length > MAX_FIELDS) return null;
  const fitting = [...PROVIDERS.values()].filter((provider) => provider.recognizes?.(input));
  const specific = fitting.filter((provider) => !fitting.some((other) => isSpecialCase(other, provider)));
  const [best, ...others] = firstWithAny(specific, [({ hasUniqueBody }) => hasUniqueBody, (one) => !one.isTemplated]);
  return best && others.length === 0 ? best : null;
}

/** The settings that say how an integration reads. */
interface Integration {
  provider: string;
  verification: { scheme: string };
}

/**
 * The provider to which an operator should switch an integration that received a body; null: the integration has the right one, or
 * there is no better one.
 */
export function suggestProvider({ provider, verification }: Integration, received: ProviderInput): Provider | null {
  const current = PROVIDERS.get(provider);
  if (!current || current.isForAnySource) return null;
  const input = verification.scheme === "sns" ? openEnvelope(received) : received;
  const source = recognize(input);
  if (source === null || source.id === current.id || current.relatedSources?.includes(source.id)) return null;
  const isOwn = current.recognizes?.(input) ?? false;
  if (isOwn && !isSpecialCase(source, current)) return null;
  // An operator's template may look like another source by chance.
  if (current.isTemplated && !source.hasUniqueBody) return null;
  return source;
}

/** Whether a provider is for some of the bodies of another: SigNoz sends bodies like Alertmanager's, with marks of its own. */
const isSpecialCase = (provider: Provider, general: Provider): boolean =>
  (provider.relatedSources?.includes(general.id) ?? false) && !general.relatedSources?.includes(provider.id);

/** The elements with the first property that any of them has; all if none has one. */
function firstWithAny<Element>(
  elements: readonly Element[],
  properties: readonly ((element: Element) => boolean | undefined)[],
): readonly Element[] {
  for (const property of properties) {
    const having = elements.filter(property);
    if (having.length > 0) return having;
  }
  return elements;
}
