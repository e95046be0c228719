/** Reads the beginning of the body of an endpoint's answer. */
import { SECOND } from "../../lib/time.ts";

/** An answer counts by its status. Its body may end late, or never. */
const BODY_TIMEOUT_MS = 2 * SECOND;

/** More than the log shows, so that a secret at its end is found whole. */
const MAX_BODY_BYTES = 8 * 1024;

/** Reads the beginning of a body as UTF-8. Never rejects: a body that breaks off is what has arrived. */
export async function readAnswerBody(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), BODY_TIMEOUT_MS);
  try {
    while (bytes < MAX_BODY_BYTES) {
      const { value, done } = await reader.read();
      if (done || !value) break;
      const part = value.subarray(0, MAX_BODY_BYTES - bytes);
      bytes += part.length;
      text += decoder.decode(part, { stream: true });
    }
  } catch {
    // The connection broke after the status.
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
  }
  return text;
}
