/** How long a program may take to notice a change and to send it. */
const TIMEOUT_MS = 120_000;
const POLL_MS = 250;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until a probe returns a value.
 * @param what the expected state, for the error
 * @throws Error when it does not within `timeoutMs`
 */
export async function until<T>(
  what: string,
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await pause(POLL_MS);
  }
}
