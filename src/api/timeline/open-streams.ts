/** Counts the open streams of each caller in this isolate: each asks Postgres once a second. */
import { Problem } from "../../lib/problem.ts";

const MAX_STREAMS = 20;

const RETRY_AFTER_SECONDS = 5;

/** By actor. */
const open = new Map<string, number>();

/**
 * Counts a stream as open.
 * @returns a function that counts it as closed; further calls have no effect
 * @throws Problem `too-many-requests`
 */
export function openStream(actor: string): () => void {
  const count = open.get(actor) ?? 0;
  if (count >= MAX_STREAMS) {
    throw new Problem(
      "too-many-requests",
      `There are ${MAX_STREAMS} open streams with this key or session. Close one, or try again in a few seconds.`,
      { headers: { "retry-after": String(RETRY_AFTER_SECONDS) } },
    );
  }
  open.set(actor, count + 1);
  let isOpen = true;
  return () => {
    if (!isOpen) return;
    isOpen = false;
    const left = (open.get(actor) ?? 1) - 1;
    if (left > 0) open.set(actor, left);
    else open.delete(actor);
  };
}
