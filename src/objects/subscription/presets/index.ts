/** The presets by name. Add one here, and in docs/subscriptions.md. */
import type { EndpointRules } from "../endpoint-url.ts";
import { discord } from "./discord.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerduty } from "./pagerduty.ts";
import type { Preset } from "./preset.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";

export const PRESET_NAMES = ["slack", "teams", "discord", "pagerduty", "opsgenie"] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export const PRESETS: Readonly<Record<PresetName, Preset>> = { slack, teams, discord, pagerduty, opsgenie };

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * Why a URL is of the wrong kind for a preset; null: it is right. In development, this machine stands for any product.
 * @param url a valid URL
 */
export function presetUrlFault(preset: PresetName, url: string, { isInsecureAllowed }: EndpointRules): string | null {
  const parsed = new URL(url);
  if (isInsecureAllowed && LOOPBACK.has(parsed.hostname)) return null;
  return PRESETS[preset].urlFault(parsed);
}
