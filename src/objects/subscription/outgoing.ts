/** The request that carries a message: from the preset, the expression and the custom headers. Signs and sends nothing. */
import type { Credentials } from "./credentials.ts";
import type { SubscriptionConfig } from "./config.ts";
import type { MessagePayload } from "./message.ts";
import { PRESETS } from "./presets/index.ts";
import type { Skipped } from "./presets/preset.ts";
import { transform } from "./transform.ts";

/** A POST without the headers that sign it. */
export interface OutgoingRequest {
  url: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * Builds the request of a message.
 * @param message JSON of its payload
 * @throws TransformError when the expression fails for this message
 */
export async function outgoing(
  { url, preset: presetName, expression }: Pick<SubscriptionConfig, "url" | "preset" | "expression">,
  message: string,
  { headers: custom, presetKey }: Credentials,
): Promise<OutgoingRequest | Skipped> {
  const headers: Record<string, string> = { "content-type": "application/json", "user-agent": "Tocsin" };
  for (const [name, value] of Object.entries(custom)) headers[name.toLowerCase()] = value;
  // The message as it is stored: byte for byte what was signed before, should it be sent again.
  if (presetName === null && expression === null) return { url, headers, body: message };
  const payload = JSON.parse(message) as MessagePayload;
  const preset = presetName === null ? null : PRESETS[presetName];
  const built = preset?.build(payload, url) ?? { url, body: payload };
  if ("skipped" in built) return built;
  const body = expression === null ? built.body : await transform(expression, payload);
  const request =
    presetKey === null || !preset?.authorize ? { ...built, body } : preset.authorize({ ...built, body }, presetKey);
  return { url: request.url, headers: { ...headers, ...request.headers }, body: JSON.stringify(request.body) };
}
