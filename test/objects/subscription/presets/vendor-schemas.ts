/**
 * What each product documents for the bodies that the presets send, in our own words: fields, types and limits. Strict, so that a field
 * that a product does not know is an error.
 */
import { z } from "zod";

const upTo = (max: number) => z.string().min(1).max(max);
const httpUrl = (max: number) => z.url({ protocol: /^https?$/ }).max(max);

/** Text with the escapes of https://docs.slack.dev/messaging/formatting-message-text#escaping: `<` only begins a link of ours. */
const slackText = (max: number) =>
  upTo(max)
    .refine((text) => !/&(?!amp;|lt;|gt;)/.test(text), "a bare &")
    .refine((text) => !/[<>]/.test(text.replace(/<https?:\/\/[^<>|\s]+\|[^<>|]*(?:\|[^<>]*)?>/g, "")), "a bare < or >");

const mrkdwn = (max: number) => z.strictObject({ type: z.literal("mrkdwn"), text: slackText(max) });

/**
 * https://docs.slack.dev/reference/block-kit/blocks/section-block (text 3,000; fields 10 of 2,000),
 * https://docs.slack.dev/reference/block-kit/blocks/context-block (10 elements),
 * https://docs.slack.dev/reference/methods/chat.postMessage#truncating (text 40,000), 50 blocks in a message.
 */
export const slackMessage = z.strictObject({
  text: slackText(40_000),
  attachments: z
    .array(
      z.strictObject({
        color: z.string().regex(/^#[0-9a-f]{6}$/),
        blocks: z
          .array(
            z.union([
              z.strictObject({ type: z.literal("section"), text: mrkdwn(3000) }),
              z.strictObject({ type: z.literal("section"), fields: z.array(mrkdwn(2000)).min(1).max(10) }),
              z.strictObject({ type: z.literal("context"), elements: z.array(mrkdwn(3100)).min(1).max(10) }),
            ]),
          )
          .min(1)
          .max(50),
      }),
    )
    .optional(),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
});

/** https://adaptivecards.io/explorer/TextRun.html */
const textRun = z.strictObject({
  type: z.literal("TextRun"),
  text: z.string(),
  color: z.enum(["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"]).optional(),
  size: z.enum(["Default", "Small", "Medium", "Large", "ExtraLarge"]).optional(),
  weight: z.enum(["Default", "Lighter", "Bolder"]).optional(),
});

/** https://adaptivecards.io/explorer/RichTextBlock.html */
const richTextBlock = z.strictObject({ type: z.literal("RichTextBlock"), inlines: z.array(textRun).min(1) });

/** https://adaptivecards.io/explorer/Container.html (bleed: 1.2) */
const container = z.strictObject({
  type: z.literal("Container"),
  style: z.enum(["default", "emphasis", "good", "attention", "warning", "accent"]),
  bleed: z.boolean(),
  items: z.array(richTextBlock).min(1),
});

/**
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#send-adaptive-cards-using-an-incoming-webhook
 * https://adaptivecards.io/explorer/AdaptiveCard.html
 */
export const teamsMessage = z.strictObject({
  type: z.literal("message"),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal("application/vnd.microsoft.card.adaptive"),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
        type: z.literal("AdaptiveCard"),
        version: z.literal("1.4"),
        body: z.array(z.union([container, richTextBlock])).min(1),
        actions: z
          .array(z.strictObject({ type: z.literal("Action.OpenUrl"), title: z.string(), url: httpUrl(2000) }))
          .min(1)
          .optional(),
        msteams: z.strictObject({ width: z.literal("Full") }),
      }),
    }),
  ]),
});

/** https://learn.microsoft.com/microsoftteams/limits-specifications-teams: 28 KB. */
export const TEAMS_MAX_BYTES = 28 * 1024;

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const discordEmbed = z
  .strictObject({
    title: upTo(256),
    url: httpUrl(2048).optional(),
    description: upTo(4096).optional(),
    color: z.int().min(0).max(0xffffff),
    fields: z.array(z.strictObject({ name: upTo(256), value: upTo(1024), inline: z.boolean() })).max(25),
    timestamp: z.iso.datetime(),
    footer: z.strictObject({ text: upTo(2048) }),
  })
  .refine(({ title, description = "", fields, footer }) => {
    const inFields = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
    return title.length + description.length + inFields + footer.text.length <= 6000;
  }, "more than 6,000 characters");

/** https://discord.com/developers/docs/resources/webhook#execute-webhook */
export const discordMessage = z.strictObject({
  embeds: z.array(discordEmbed).min(1).max(10),
  allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
});

const pagerdutyKeys = { routing_key: z.string().length(32), dedup_key: upTo(255) };

/** https://developer.pagerduty.com/docs/send-alert-event */
export const pagerdutyEvent = z.discriminatedUnion("event_action", [
  z.strictObject({ event_action: z.enum(["acknowledge", "resolve"]), ...pagerdutyKeys }),
  z.strictObject({
    event_action: z.literal("trigger"),
    ...pagerdutyKeys,
    client: z.string(),
    client_url: httpUrl(2048).optional(),
    links: z.array(z.strictObject({ href: httpUrl(2048), text: z.string() })).optional(),
    payload: z.strictObject({
      summary: upTo(1024),
      source: z.string().min(1),
      severity: z.enum(["critical", "error", "warning", "info"]),
      timestamp: z.iso.datetime(),
      custom_details: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  }),
]);

/** https://developer.pagerduty.com/docs/events-api-v2-overview: an event has at most 512 KB. */
export const PAGERDUTY_MAX_BYTES = 512 * 1024;

/** https://docs.opsgenie.com/docs/alert-api#create-alert */
export const opsgenieAlert = z.strictObject({
  message: upTo(130),
  alias: upTo(512),
  description: z.string().max(15_000).optional(),
  entity: z.string().max(512).optional(),
  source: upTo(100),
  priority: z.enum(["P1", "P2", "P3", "P4", "P5"]),
  details: z
    .record(z.string(), z.string())
    .refine(
      (details) => Object.entries(details).reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= 8000,
      "more than 8,000 characters",
    ),
  note: z.string().max(25_000).optional(),
});

/** https://docs.opsgenie.com/docs/alert-api#close-alert, and the same for acknowledge, unacknowledge and notes. */
export const opsgenieMove = z.strictObject({
  source: upTo(100),
  user: z.string().max(100).optional(),
  note: z.string().max(25_000).optional(),
});
