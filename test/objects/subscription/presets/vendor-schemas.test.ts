/** Every preset, for any message, within what its vendor documents. */
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { discord } from "../../../../src/objects/subscription/presets/discord.ts";
import { opsgenie } from "../../../../src/objects/subscription/presets/opsgenie.ts";
import { pagerduty } from "../../../../src/objects/subscription/presets/pagerduty.ts";
import type { Preset } from "../../../../src/objects/subscription/presets/preset.ts";
import { slack } from "../../../../src/objects/subscription/presets/slack.ts";
import { teams } from "../../../../src/objects/subscription/presets/teams.ts";
import { anyPayload, TEST } from "./payloads.ts";
import * as vendor from "./vendor-schemas.ts";

const KEY = "0123456789abcdef0123456789abcdef";

/** The request of a message; null: it is skipped. */
function requestOf(preset: Preset, payload: typeof TEST, url: string) {
  const built = preset.build(payload, url);
  if ("skipped" in built) return null;
  return preset.authorize?.(built, KEY) ?? built;
}

/** What the vendor would reject; undefined: nothing. */
const faultOf = (schema: z.ZodType, body: unknown) => schema.safeParse(body).error;

const bytesOf = (body: unknown): number => new TextEncoder().encode(JSON.stringify(body)).length;

describe("A message for any alert", () => {
  it("is a message of Slack", () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        expect(
          faultOf(vendor.slackMessage, requestOf(slack, payload, "https://hooks.slack.com/services/T/B/x")?.body),
        ).toBeUndefined();
      }),
    );
  });

  it("is a card of Teams within 28 KB", () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        const body = requestOf(teams, payload, "https://a.api.powerplatform.com/workflows/x?sig=y")?.body;
        expect(faultOf(vendor.teamsMessage, body)).toBeUndefined();
        expect(bytesOf(body)).toBeLessThanOrEqual(vendor.TEAMS_MAX_BYTES);
      }),
    );
  });

  it("is a message of Discord", () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        expect(
          faultOf(vendor.discordMessage, requestOf(discord, payload, "https://discord.com/api/webhooks/1/x")?.body),
        ).toBeUndefined();
      }),
    );
  });

  it("is an event of PagerDuty within 512 KB, or skipped", () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        const request = requestOf(pagerduty, payload, "https://events.pagerduty.com/v2/enqueue");
        if (!request) return;
        expect(faultOf(vendor.pagerdutyEvent, request.body)).toBeUndefined();
        expect(bytesOf(request.body)).toBeLessThanOrEqual(vendor.PAGERDUTY_MAX_BYTES);
      }),
    );
  });

  it("is a request of Opsgenie, or skipped", () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        const request = requestOf(opsgenie, payload, "https://api.opsgenie.com/v2/alerts");
        if (!request) return;
        const isCreation = new URL(request.url).pathname === "/v2/alerts";
        expect(faultOf(isCreation ? vendor.opsgenieAlert : vendor.opsgenieMove, request.body)).toBeUndefined();
      }),
    );
  });
});

describe("A test message", () => {
  it.each([
    [slack, vendor.slackMessage],
    [teams, vendor.teamsMessage],
    [discord, vendor.discordMessage],
    [pagerduty, vendor.pagerdutyEvent],
    [opsgenie, vendor.opsgenieMove],
  ])("is valid for $title", (preset, schema) => {
    expect(faultOf(schema, requestOf(preset, TEST, "https://api.opsgenie.com/v2/alerts")?.body)).toBeUndefined();
  });
});
