/**
 * A preset: what one product needs in the place of the Standard Webhooks body. A preset is data and pure functions: it builds a body,
 * and reads the answer. It neither sends nor decides about retries. One file for each product.
 */
import type { MessagePayload } from "../message.ts";

/** What to POST. */
export interface PresetRequest {
  url: string;
  /** JSON. */
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** A message that the product has no call for. It counts as delivered. */
export interface Skipped {
  /** Why, as one sentence. */
  skipped: string;
}

/** The answer of an endpoint. */
export interface Answer {
  status: number;
  /** The beginning of the body. */
  body: string;
}

/** Why an answer is a failure. */
export interface AnswerFault {
  error: string;
  /** When the product wants the next attempt, from its body; null: it does not say. */
  retryAfterMs?: number | null;
}

export interface Preset {
  /** The product, for people. */
  title: string;
  /** An example of the URL, for people. */
  urlExample: string;
  /** Why a URL is of the wrong kind; null: it is right. */
  urlFault(url: URL): string | null;
  /** What the key is, for people; null: the URL is the credential, and there is no key. */
  keyName: string | null;
  build(payload: MessagePayload, url: string): PresetRequest | Skipped;
  /** Adds the key to a request. Only for presets with a key. */
  authorize?(request: PresetRequest, key: string): PresetRequest;
  /** Reads an answer of any status; null: delivered. Quotes only fixed words of the product. */
  read(answer: Answer): AnswerFault | null;
}

/** Reads the answer by its status alone. */
export const readStatus = ({ status }: Answer): AnswerFault | null =>
  status >= 200 && status < 300 ? null : { error: `HTTP ${status}` };

/** The fields of an answer that should be a JSON object. */
export function jsonOf({ body }: Answer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Whether a host is a domain or one of its subdomains. */
export const isHostOf = (hostname: string, domain: string): boolean =>
  hostname === domain || hostname.endsWith(`.${domain}`);

/** Drops undefined fields: the products reject null. */
export const present = <Fields extends object>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
