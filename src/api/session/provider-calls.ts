/**
 * Calls to an identity provider. They share one deadline. A provider that does not answer, or answers with a fault, is a 503, which
 * does not count against the person. Only a rejected sign-in is a result.
 */
import { log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";
import { SECOND } from "../../lib/time.ts";

/** For all calls of one request together. */
export const DEADLINE_MS = 10 * SECOND;

/** Documents, tokens and profiles have a few kilobytes. */
const MAX_BYTES = 512 * 1024;

/** A JSON object from a provider. */
export type Fields = Record<string, unknown>;

export interface Answer {
  status: number;
  fields: Fields;
}

export interface CallOptions {
  headers?: Record<string, string>;
  /** A form to POST. */
  form?: URLSearchParams;
  /** Statuses of answers that the caller reads; all others but 200 are faults of the provider. */
  accepts?: readonly number[];
  /** Whether the answer may be a list. It is returned as the field `data`. */
  isList?: boolean;
}

/** Calls a provider until a deadline. */
export class ProviderCalls {
  readonly #name: string;
  readonly #signal: AbortSignal;

  /**
   * @param name of the provider, for errors
   * @param signal aborts when the deadline is over
   */
  constructor(name: string, signal: AbortSignal = AbortSignal.timeout(DEADLINE_MS)) {
    this.#name = name;
    this.#signal = signal;
  }

  /**
   * Fetches JSON. Redirects are followed only without credentials.
   * @param what is fetched, for errors: `token`
   * @throws Problem `unavailable` for everything but an accepted answer
   */
  async json(what: string, url: string, { headers = {}, form, accepts = [], isList }: CallOptions): Promise<Answer> {
    let response: Response;
    let text: string;
    try {
      const isCredentialed = form !== undefined || "authorization" in headers;
      response = await fetch(url, {
        method: form ? "POST" : "GET",
        headers: { accept: "application/json", "user-agent": "Tocsin", ...headers },
        redirect: isCredentialed ? "manual" : "follow",
        signal: this.#signal,
        ...(form && { body: form }),
      });
      text = await readText(response, this.#signal);
    } catch (error) {
      throw this.#unavailable(what, error instanceof TooLong ? "answer too long" : "no answer", error);
    }
    if (response.status !== 200 && !accepts.includes(response.status)) {
      throw this.#unavailable(what, `status ${response.status}`);
    }
    const value = parseJson(text);
    const fields = isList && Array.isArray(value) ? { data: value as unknown[] } : value;
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
      throw this.#unavailable(what, "no JSON object");
    }
    return { status: response.status, fields: fields as Fields };
  }

  /** The problem of a provider that is broken or wrongly configured. @param why for the log and the person */
  #unavailable(what: string, why: string, error?: unknown): Problem {
    const name = error instanceof Error ? error.name : undefined;
    log.warn("identity provider unavailable", { provider: this.#name, what, why, error: name });
    return unavailableProvider(this.#name, `${what}: ${why}`);
  }
}

export const unavailableProvider = (name: string, reason: string): Problem =>
  new Problem(
    "unavailable",
    `${name} does not work as expected (${reason}). Try again in a minute. If the error continues, ask an admin to check ${name} and OIDC_PROVIDERS.`,
    { headers: { "retry-after": "60" } },
  );

class TooLong extends Error {}

/** Reads a body until a deadline. The signal of `fetch` does not end a body that stops in the middle in every runtime. */
async function readText(response: Response, signal: AbortSignal): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  aborted.catch(() => {});
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted]);
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > MAX_BYTES) throw new TooLong();
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
